import { expect, test } from 'vitest'
import { AgentEvent } from '../../contract/agent-event.ts'
import { closesWith, decodeLogEvent, encodeLogEvent, type LogEntry } from './log-event.ts'

const facts = { taskId: 't', agentId: 'a', agentName: 'A', index: 3, now: 0 }
const status =
  '{ "statusUpdate": {"taskId":"t","status":{"state":"TASK_STATE_WORKING"}, "n":12345678901234567890} }'

const entries: LogEntry[] = [
  { kind: 'event', said: { text: status } },
  { kind: 'event', said: { text: status, original: { shape: '0.3', text: '{ "kind":"status-update" }' } } },
  { kind: 'result', said: { text: '[1, 2]', extensions: 'urn:x' } },
  { kind: 'final', text: '{"task":{"id":"t"}}' },
  { kind: 'failure', error: { code: -32603, message: 'no', reason: 'TIMEOUT', retryAfterSeconds: 3 } },
  { kind: 'failure', error: { code: -32001, message: 'not found', data: [{ reason: 'TASK_NOT_FOUND' }] } },
]

test.each(entries)('%j comes back as it was written, byte for byte', (entry) => {
  expect(decodeLogEvent(encodeLogEvent(entry, facts))).toEqual(entry)
})

test.each(entries)('%j is an event for every viewer of /stream', (entry) => {
  const event = AgentEvent.parse(JSON.parse(encodeLogEvent(entry, facts)))
  expect(event).toMatchObject({ task_id: 't', agent_id: 'a', event_index: 3 })
})

test('events are named after what they are about; only a final payload and a failure close the log', () => {
  const types = entries.map((entry): unknown => JSON.parse(encodeLogEvent(entry, facts)).event_type)
  expect(types).toEqual(['a2a.status', 'a2a.status', 'final_payload', 'final_payload', 'error', 'error'])
  expect(entries.map(closesWith)).toEqual([undefined, undefined, 'final', 'final', 'error', 'error'])
})

test('events of others are passed over, an error of another agent is a failure too', () => {
  const event = (event_type: string, payload: object): string => JSON.stringify({ event_type, payload })
  expect(decodeLogEvent(event('note', {}))).toBeUndefined()
  expect(decodeLogEvent(event('error', { code: 'broken', message: 'It broke.' }))).toEqual({
    kind: 'failure',
    error: { code: -32603, message: 'It broke.' },
  })
})
