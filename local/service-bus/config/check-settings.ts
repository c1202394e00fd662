import {
  MAX_DUPLICATE_WINDOW_MS,
  MAX_ENTITY_NAME_LENGTH,
  MAX_LOCK_DURATION_MS,
  MAX_MAX_DELIVERY_COUNT,
  MAX_RULE_NAME_LENGTH,
  MAX_SUBSCRIPTION_NAME_LENGTH,
  MIN_AUTO_DELETE_ON_IDLE_MS,
  MIN_DUPLICATE_WINDOW_MS,
  MIN_LOCK_DURATION_MS,
  MIN_TIME_TO_LIVE_MS,
} from './limits.ts'
import type { QueueSettings, ReceivableSettings, SubscriptionSettings, TopicSettings } from './settings.ts'

/** What is wrong with one property, under its name in the file and in Atom. */
export type Problem = { property: string; message: string }

/** Microsoft's emulator takes shorter windows than Azure, so its files must pass with them. */
export type CheckOptions = { minDuplicateWindowMs?: number }

const ENTITY_NAME = /^[A-Za-z0-9](?:[\w\-./~]*[A-Za-z0-9_])?$/
const CHILD_NAME = /^[A-Za-z0-9_$](?:[\w\-.$]*[A-Za-z0-9_])?$/

const checkText = (property: string, value: string, rule: { pattern: RegExp; longest: number }): Problem[] =>
  value.length <= rule.longest && rule.pattern.test(value)
    ? []
    : [
        {
          property,
          message: `'${value}' is no valid name: use 1 to ${rule.longest} letters, digits, periods, hyphens and underscores, with a letter or digit at both ends`,
        },
      ]

const checkRange = (property: string, value: number, range: readonly [number, number, string]): Problem[] => {
  const [least, most, unit] = range
  if (value >= least && value <= most) return []
  const found = Number.isNaN(value) ? 'is not an ISO 8601 duration' : `is ${value} ${unit}`
  const bounds = most === Infinity ? `at least ${least}` : `${least} to ${most}`
  return [{ property, message: `${found}; it must be ${bounds} ${unit}` }]
}

const checkTimes = (settings: { defaultTimeToLiveMs: number; autoDeleteOnIdleMs: number }): Problem[] => [
  ...checkRange('DefaultMessageTimeToLive', settings.defaultTimeToLiveMs, [
    MIN_TIME_TO_LIVE_MS,
    Infinity,
    'ms',
  ]),
  ...checkRange('AutoDeleteOnIdle', settings.autoDeleteOnIdleMs, [
    MIN_AUTO_DELETE_ON_IDLE_MS,
    Infinity,
    'ms',
  ]),
]

const checkReceivable = (settings: ReceivableSettings): Problem[] => [
  ...checkRange('LockDuration', settings.lockDurationMs, [MIN_LOCK_DURATION_MS, MAX_LOCK_DURATION_MS, 'ms']),
  ...checkRange('MaxDeliveryCount', settings.maxDeliveryCount, [1, MAX_MAX_DELIVERY_COUNT, 'deliveries']),
  ...(settings.forwardTo !== undefined && settings.requiresSession
    ? [{ property: 'ForwardTo', message: 'an entity that requires sessions cannot forward its messages' }]
    : []),
]

const checkSendable = (
  settings: { duplicateDetectionWindowMs: number; maxSizeInMegabytes: number },
  options: CheckOptions,
): Problem[] => [
  ...checkRange('DuplicateDetectionHistoryTimeWindow', settings.duplicateDetectionWindowMs, [
    options.minDuplicateWindowMs ?? MIN_DUPLICATE_WINDOW_MS,
    MAX_DUPLICATE_WINDOW_MS,
    'ms',
  ]),
  ...checkRange('MaxSizeInMegabytes', settings.maxSizeInMegabytes, [1, Infinity, 'MB']),
]

const checkEntityName = (name: string): Problem[] =>
  checkText('Name', name, { pattern: ENTITY_NAME, longest: MAX_ENTITY_NAME_LENGTH })

/** What Azure would refuse about a queue; empty when nothing. */
export const checkQueue = (settings: QueueSettings, options: CheckOptions = {}): Problem[] => [
  ...checkEntityName(settings.name),
  ...checkTimes(settings),
  ...checkReceivable(settings),
  ...checkSendable(settings, options),
]

/** What Azure would refuse about a topic; empty when nothing. */
export const checkTopic = (settings: TopicSettings, options: CheckOptions = {}): Problem[] => [
  ...checkEntityName(settings.name),
  ...checkTimes(settings),
  ...checkSendable(settings, options),
]

/** What Azure would refuse about a subscription; empty when nothing. */
export const checkSubscription = (settings: SubscriptionSettings): Problem[] => [
  ...checkText('Name', settings.name, { pattern: CHILD_NAME, longest: MAX_SUBSCRIPTION_NAME_LENGTH }),
  ...checkTimes(settings),
  ...checkReceivable(settings),
]

export const checkRuleName = (name: string): Problem[] =>
  checkText('Name', name, { pattern: CHILD_NAME, longest: MAX_RULE_NAME_LENGTH })
