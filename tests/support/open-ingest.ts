import type { AgentEvent } from '../../shared/contract/agent-event.ts'
import { createIngest, type Ingest } from '../../shared/events/ingest.ts'
import { createQuarantine } from '../../shared/events/quarantine.ts'
import type { QuarantineStore } from '../../shared/events/quarantine-store.ts'
import { createQuarantineNative, type QuarantineNative } from '../../shared/events/quarantine-native.ts'
import type { ReceivedMessage } from '../../shared/events/read-message.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { createPatience } from '../../shared/kernel/retry.ts'
import { createAppend } from '../../shared/streams/append.ts'
import { createFail } from '../../shared/streams/fail.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { createTestBell, type TestBell } from './open-streams.ts'
import { receivedMessage } from './open-quarantine.ts'

const TTL_MS = 3_600_000

export type IngestBench = {
  ingest: Ingest
  quarantineNative: QuarantineNative
  bell: TestBell
  lines: Array<Record<string, unknown>>
}

/** One process that ingests. Give two of them the same bell, and they are two processes. */
export const openIngest = (options: {
  streams: StreamStateStore
  letters: QuarantineStore
  clock: Clock
  bell?: TestBell
  retryMs?: number
}): IngestBench => {
  const { streams: store, letters, clock, bell = createTestBell(), retryMs = 120_000 } = options
  const lines: Array<Record<string, unknown>> = []
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(JSON.parse(line)) })
  const quarantine = createQuarantine({ store: letters, clock, log })
  const fail = createFail({ store, bell, clock, ttlMs: TTL_MS })
  const append = createAppend({ store, clock, ttlMs: TTL_MS })
  const patiently = createPatience({ log, budgetMs: retryMs })
  return {
    ingest: createIngest({ append, bell, fail, quarantine, patiently }),
    quarantineNative: createQuarantineNative({ quarantine, fail, patiently }),
    bell,
    lines,
  }
}

let sequenceNumber = 0

/** An event as its agent publishes it. */
export const agentEvent = (taskId: string, members: Partial<AgentEvent> = {}): AgentEvent => ({
  task_id: taskId,
  agent_id: 'poet',
  agent_name: 'Poet',
  event_index: 0,
  timestamp: '2026-11-20T10:00:00Z',
  event_type: 'chunk_stream',
  payload: { text: 'x' },
  ...members,
})

/** The message of an event (or of any other body), with a sequence number of its own. */
export const eventMessage = (body: unknown, members: Partial<ReceivedMessage> = {}): ReceivedMessage =>
  receivedMessage(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body), {
    sequenceNumber: String(++sequenceNumber),
    ...members,
  })
