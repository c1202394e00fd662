import type { NamespaceSettings } from '../config/settings.ts'
import type { Journal } from '../journal/journal.ts'
import { openJournal } from '../journal/open-journal.ts'
import type { Deadlines } from './deadlines.ts'
import type { Engine } from './engine.ts'
import { createEntityLog } from './entity-log.ts'
import type { Fact } from './facts.ts'
import { Namespace } from './namespace.ts'
import { createRecorder, forgetful, type Recorder } from './recorder.ts'
import { isEntityFact, replay } from './replay.ts'
import type { Meter } from '../../service/meter.ts'
import { snapshot } from './snapshot.ts'

export type StateOptions = {
  settings: NamespaceSettings
  /** Directory of the journal; absent: nothing is kept. */
  data: string | undefined
  now(): number
  deadlines: Deadlines
  meter: Meter
}

export type State = {
  engine: Engine
  namespace: Namespace
  /** Resolves when every change so far survives `kill -9`; undefined when it does already. */
  durable(): Promise<void> | undefined
  close(): Promise<void>
}

/** https://azure.microsoft.com/pricing/details/service-bus: an operation is billed per started 64 KB. */
const BILLED_BYTES = 64 * 1024

const addConfigured = (namespace: Namespace, settings: NamespaceSettings): void => {
  for (const queue of settings.queues) namespace.addQueue(queue)
  for (const { settings: topicSettings, subscriptions } of settings.topics) {
    const topic = namespace.addTopic(topicSettings)
    for (const { settings: subscriptionSettings, rules } of subscriptions) {
      const subscription = namespace.addSubscription(topic, subscriptionSettings)
      for (const rule of rules) subscription.setRule(rule, subscription.life.createdAt)
    }
  }
}

const reportRefusal = (directory: string) => (error: unknown) => {
  process.stderr.write(
    `service-bus: cannot write to ${directory}, so nothing is acknowledged any more: ${String(error)}. Make room and start again.\n`,
  )
}

const once = (run: (error: unknown) => void): ((error: unknown) => void) => {
  let ran = false
  return (error) => {
    if (!ran) run(error)
    ran = true
  }
}

/** Builds the namespace from its configuration and then from the journal. @throws UsageError @see openJournal */
export const openState = ({ settings, data, now, deadlines, meter }: StateOptions): State => {
  let recorder: Recorder = forgetful
  const engine: Engine = {
    now,
    deadlines,
    record: (fact, content) => {
      if (isEntityFact(fact)) entityLog.add(fact)
      recorder.record(fact, content)
    },
    bill: (operation, bytes) => meter.count(operation, Math.max(1, Math.ceil(bytes / BILLED_BYTES))),
  }
  const namespace = new Namespace(engine)
  addConfigured(namespace, settings)
  const configured = new Set([...namespace.entities()].map((entity) => entity.path.toLowerCase()))
  const entityLog = createEntityLog(configured)
  let journal: Journal<Fact> | undefined
  if (data !== undefined) {
    const target = { namespace, entityLog, now }
    journal = openJournal<Fact>({
      dir: data,
      replay: (record) => replay(target, record),
      snapshot: () => snapshot(namespace, entityLog),
    })
    recorder = createRecorder(journal.append, once(reportRefusal(data)))
  }
  return {
    engine,
    namespace,
    durable: () => recorder.durable(),
    close: async () => {
      recorder = forgetful
      await journal?.close()
    },
  }
}
