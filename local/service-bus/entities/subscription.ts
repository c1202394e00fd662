import type { SubscriptionSettings } from '../config/settings.ts'
import type { Content } from '../messages/content.ts'
import { applyChanges } from '../messages/rule-message.ts'
import { compileRule } from '../rules/compile-rule.ts'
import {
  type CompiledRule,
  type RuleDescription,
  RuleEvaluationError,
  type RuleMessage,
} from '../rules/rule.ts'
import type { Arrival, Forward } from './arrival.ts'
import type { Engine } from './engine.ts'
import type { Life } from './life.ts'
import { Receivable } from './receivable.ts'

export type SubscriptionRule = { description: RuleDescription; compiled: CompiledRule; createdAt: number }

/** A subscription: its rules, and what receivers see in `receivable`. */
export class Subscription {
  readonly kind = 'subscription'
  readonly topic: string
  readonly path: string
  readonly life: Life
  readonly receivable: Receivable
  settings: SubscriptionSettings
  /** By name in lower case, in the order they were made. */
  readonly rules = new Map<string, SubscriptionRule>()

  constructor(options: {
    engine: Engine
    life: Life
    topic: string
    settings: SubscriptionSettings
    forward: Forward
  }) {
    this.topic = options.topic
    this.life = options.life
    this.settings = options.settings
    this.path = `${options.topic}/Subscriptions/${options.settings.name}`
    this.receivable = new Receivable({
      engine: options.engine,
      path: this.path,
      settings: () => this.settings,
      forward: options.forward,
    })
  }

  /** Adds a rule, or replaces the one of the same name. @throws RuleSyntaxError */
  setRule(description: RuleDescription, createdAt: number): void {
    const compiled = compileRule(description)
    this.rules.set(description.name.toLowerCase(), { description, compiled, createdAt })
  }

  /** Takes the copies that the rules make of a message of the topic. */
  offer(arrival: Arrival, message: RuleMessage): void {
    try {
      for (const content of this.#copies(arrival.content, message))
        this.receivable.enqueue({ ...arrival, content })
    } catch (error) {
      if (!(error instanceof RuleEvaluationError)) throw error
      if (!this.settings.deadLetterOnFilterError) return
      this.receivable.bury(arrival, { kind: 'filter-error', description: error.message })
    }
  }

  /** All matching rules without an action give one copy together, every matching rule with one gives its own. */
  #copies(content: Content, message: RuleMessage): Content[] {
    const copies: Content[] = []
    let plain = false
    for (const { compiled } of this.rules.values()) {
      if (!compiled.hasAction && plain) continue
      if (!compiled.matches(message)) continue
      const changes = compiled.apply(message)
      if (changes !== undefined) copies.push(applyChanges(content, changes))
      else plain = true
    }
    return plain ? [content, ...copies] : copies
  }
}
