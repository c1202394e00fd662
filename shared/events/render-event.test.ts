import { expect, test } from 'vitest'
import { parseSse } from '../../tests/support/parse-sse.ts'
import type { StoredEvent } from '../streams/stream-state.ts'
import { renderEvent, renderFrame } from './render-event.ts'

const BODY =
  '{"task_id":"t","agent_id":"a","agent_name":"n","event_index":1,"timestamp":"2026-11-20T10:00:00Z","event_type":"x","payload":{"task_id":12345678901234567890},"trace_id":"y"}'
const stored = (members: Partial<StoredEvent> = {}): StoredEvent => ({
  seq: 4,
  body: BODY,
  late: false,
  ...members,
})

test('an event goes out as it is stored, digit by digit', () => {
  expect(renderEvent(stored(), 'snake')).toBe(BODY)
})

test('in camelCase the own members are renamed and the payload is not', () => {
  expect(renderEvent(stored(), 'camel')).toBe(
    '{"taskId":"t","agentId":"a","agentName":"n","eventIndex":1,"timestamp":"2026-11-20T10:00:00Z","eventType":"x","payload":{"task_id":12345678901234567890},"trace_id":"y"}',
  )
})

test('an event that came too late says so, in both spellings', () => {
  expect(renderEvent(stored({ late: true }), 'snake')).toBe(`${BODY.slice(0, -1)},"late":true}`)
  expect(JSON.parse(renderEvent(stored({ late: true }), 'camel'))).toMatchObject({ taskId: 't', late: true })
})

test('a frame has the seq as its id and no name, so that onmessage gets it', () => {
  const frame = renderFrame(stored(), 'snake')
  expect(frame).not.toMatch(/^event:/m)
  expect(parseSse(frame).events).toEqual([{ type: 'message', data: BODY, lastEventId: '4' }])
})

test('viewers of both spellings share an event, and each gets its own', () => {
  const event = stored()
  const frames = [renderFrame(event, 'snake'), renderFrame(event, 'camel'), renderFrame(event, 'snake')]
  expect(frames[0]).toBe(frames[2])
  expect(parseSse(frames[1] ?? '').events[0]?.data).toContain('"taskId":"t"')
})
