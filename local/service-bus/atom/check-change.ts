import type { Problem } from '../config/check-settings.ts'
import { checkRuleName } from '../config/check-settings.ts'
import type { ReceivableSettings, SendableSettings } from '../config/settings.ts'
import { compileRule } from '../rules/compile-rule.ts'
import type { RuleDescription } from '../rules/rule.ts'
import { AdministrationError, type Administration } from './administration.ts'
import { PREMIUM_MAX_MESSAGE_KB, PREMIUM_MIN_MESSAGE_KB, STANDARD_MAX_MESSAGE_KB } from './limits.ts'

const refuse = (message: string): never => {
  throw new AdministrationError('bad-request', message)
}

/** @throws AdministrationError `bad-request` for the first problem. */
export const refuseProblems = ([first]: readonly Problem[]): void => {
  if (first !== undefined) refuse(`The property ${first.property}: ${first.message}.`)
}

/** Forwards must lead to an entity that exists and is not the entity itself. */
export const checkForwards = (administration: Administration, settings: ReceivableSettings): void => {
  const forwards = {
    ForwardTo: settings.forwardTo,
    ForwardDeadLetteredMessagesTo: settings.forwardDeadLetteredMessagesTo,
  }
  for (const [property, target] of Object.entries(forwards)) {
    if (target === undefined) continue
    if (target.toLowerCase() === settings.name.toLowerCase())
      refuse(`${property}: '${target}' cannot forward to itself.`)
    if (administration.queue(target) === undefined && administration.topic(target) === undefined) {
      refuse(`${property}: there is no queue or topic '${target}'. Create it first.`)
    }
  }
}

/** The message size an entity may state depends on the tier. */
export const checkMessageSize = (administration: Administration, settings: SendableSettings): void => {
  const kilobytes = settings.maxMessageSizeInKilobytes
  if (kilobytes === undefined) return
  const premium = administration.namespace().tier === 'Premium'
  const [least, most] = premium
    ? [PREMIUM_MIN_MESSAGE_KB, PREMIUM_MAX_MESSAGE_KB]
    : [0, STANDARD_MAX_MESSAGE_KB]
  if (kilobytes < least || kilobytes > most) {
    refuse(`MaxMessageSizeInKilobytes is ${kilobytes}; in this tier it must be ${least} to ${most}.`)
  }
}

/** What Azure fixes when an entity is created, by its name in Atom. */
const FIXED = {
  requiresSession: 'RequiresSession',
  requiresDuplicateDetection: 'RequiresDuplicateDetection',
  enablePartitioning: 'EnablePartitioning',
} as const

type Fixed = Partial<Record<keyof typeof FIXED, boolean>>

/** @throws AdministrationError `bad-request` when an update changes a property that is fixed at creation. */
export const checkFixed = (present: Fixed, wanted: Fixed): void => {
  for (const key of ['requiresSession', 'requiresDuplicateDetection', 'enablePartitioning'] as const) {
    if (present[key] !== wanted[key])
      refuse(`The value for the ${FIXED[key]} property of an existing entity cannot be changed.`)
  }
}

/** @throws AdministrationError or RuleSyntaxError when Azure would refuse the rule. */
export const checkRule = (rule: RuleDescription): void => {
  refuseProblems(checkRuleName(rule.name))
  compileRule(rule)
}
