import { compileRule } from '../rules/compile-rule.ts'
import type { RuleDescription } from '../rules/rule.ts'
import { checkQueue, checkRuleName, checkSubscription, checkTopic, type Problem } from './check-settings.ts'
import { EMULATOR_MIN_DUPLICATE_WINDOW_MS } from './limits.ts'
import type { NamespaceSettings, ReceivableSettings, SubscriptionEntry, TopicEntry } from './settings.ts'

const options = { minDuplicateWindowMs: EMULATOR_MIN_DUPLICATE_WINDOW_MS }

/** A problem as text with the path of its key in the file. */
const located = (path: string, problems: Problem[]): string[] =>
  problems.map(({ property, message }) =>
    property === 'Name' ? `${path}.Name: ${message}` : `${path}.Properties.${property}: ${message}`,
  )

const duplicates = (path: string, names: string[]): string[] => {
  const seen = new Set<string>()
  return names.flatMap((name, index) => {
    const key = name.toLowerCase()
    if (seen.has(key)) return [`${path}[${index}].Name: '${name}' is already taken (names ignore case)`]
    seen.add(key)
    return []
  })
}

const checkRule = (path: string, rule: RuleDescription): string[] => {
  const problems = located(path, checkRuleName(rule.name))
  try {
    compileRule(rule)
  } catch (error) {
    problems.push(`${path}.Properties: ${error instanceof Error ? error.message : String(error)}`)
  }
  return problems
}

const checkForwards = (
  path: string,
  settings: ReceivableSettings,
  targets: ReadonlySet<string>,
): string[] => {
  const forwards = {
    ForwardTo: settings.forwardTo,
    ForwardDeadLetteredMessagesTo: settings.forwardDeadLetteredMessagesTo,
  }
  return Object.entries(forwards).flatMap(([property, target]) =>
    target === undefined || targets.has(target.toLowerCase())
      ? []
      : [`${path}.Properties.${property}: there is no queue or topic '${target}'`],
  )
}

const checkTopicEntry = (path: string, topic: TopicEntry, targets: ReadonlySet<string>): string[] => [
  ...located(path, checkTopic(topic.settings, options)),
  ...duplicates(
    `${path}.Subscriptions`,
    topic.subscriptions.map((entry) => entry.settings.name),
  ),
  ...topic.subscriptions.flatMap((entry: SubscriptionEntry, index) => {
    const place = `${path}.Subscriptions[${index}]`
    return [
      ...located(place, checkSubscription(entry.settings)),
      ...checkForwards(place, entry.settings, targets),
      ...duplicates(
        `${place}.Rules`,
        entry.rules.map((rule) => rule.name),
      ),
      ...entry.rules.flatMap((rule, position) => checkRule(`${place}.Rules[${position}]`, rule)),
    ]
  }),
]

/** Everything in a namespace that Azure would refuse, each as one line that names the key; empty when nothing. */
export const checkNamespace = (namespace: NamespaceSettings): string[] => {
  const path = 'UserConfig.Namespaces[0]'
  const queues = namespace.queues.map((queue) => queue.name)
  const topics = namespace.topics.map((topic) => topic.settings.name)
  const targets = new Set([...queues, ...topics].map((name) => name.toLowerCase()))
  const taken = new Set(queues.map((name) => name.toLowerCase()))
  return [
    ...duplicates(`${path}.Queues`, queues),
    ...duplicates(`${path}.Topics`, topics),
    ...topics.flatMap((name, index) =>
      taken.has(name.toLowerCase()) ? [`${path}.Topics[${index}].Name: '${name}' is already a queue`] : [],
    ),
    ...namespace.queues.flatMap((queue, index) => [
      ...located(`${path}.Queues[${index}]`, checkQueue(queue, options)),
      ...checkForwards(`${path}.Queues[${index}]`, queue, targets),
    ]),
    ...namespace.topics.flatMap((topic, index) =>
      checkTopicEntry(`${path}.Topics[${index}]`, topic, targets),
    ),
  ]
}
