import { typed } from '../amqp/rhea.ts'
import { ServiceError } from '../entities/service-error.ts'
import type { Subscription } from '../entities/subscription.ts'
import { readAmqpRule, writeAmqpRule } from '../rules/amqp-rule.ts'
import { RuleSyntaxError } from '../rules/rule.ts'
import { type Context, member, type Operation } from './operation.ts'

const subscriptionOf = ({ destination: { entity } }: Context): Subscription => {
  if (entity.kind === 'subscription') return entity
  throw new ServiceError(
    'amqp:not-allowed',
    `'${entity.path}' is a ${entity.kind}: only subscriptions have rules.`,
  )
}

export const addRule: Operation = (context, body) => {
  const subscription = subscriptionOf(context)
  const name = member.text(body, 'rule-name')
  if (subscription.rules.has(name.toLowerCase())) {
    throw new ServiceError(
      'com.microsoft:entity-already-exists',
      `The rule '${name}' exists already in '${subscription.path}'.`,
    )
  }
  try {
    const rule = readAmqpRule(name, body.get('rule-description'))
    context.broker.changes.setRule(subscription, rule)
  } catch (error) {
    if (error instanceof RuleSyntaxError)
      throw new ServiceError('com.microsoft:argument-error', error.message)
    throw error
  }
  return { status: 200 }
}

export const removeRule: Operation = (context, body) => {
  const subscription = subscriptionOf(context)
  const name = member.text(body, 'rule-name')
  if (!subscription.rules.has(name.toLowerCase())) {
    throw new ServiceError(
      'amqp:not-found',
      `The messaging entity '${subscription.path}/Rules/${name}' could not be found.`,
    )
  }
  context.broker.changes.removeRule(subscription, name)
  return { status: 200 }
}

export const listRules: Operation = (context, body) => {
  const skip = member.number(body, 'skip')
  const top = member.number(body, 'top')
  const rules = [...subscriptionOf(context).rules.values()].slice(skip, skip + top)
  if (rules.length === 0) return { status: 204, description: 'There are no rules.' }
  const entries = rules.map(({ description }) =>
    typed.map([[typed.string('rule-description'), writeAmqpRule(description)]]),
  )
  return { status: 200, body: typed.map([[typed.string('rules'), typed.list(entries)]]) }
}
