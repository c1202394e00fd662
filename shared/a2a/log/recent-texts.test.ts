import { expect, test } from 'vitest'
import type { LogEntry } from './log-event.ts'
import { createRecentTexts } from './recent-texts.ts'

const event = (text: string): LogEntry => ({ kind: 'event', said: { text } })
const at = (sequence: number, epoch = 1): { epoch: number; sequence: number } => ({ epoch, sequence })

test('what was written here, without a gap, is known', () => {
  const recent = createRecentTexts()
  expect(recent.before('c', at(0))).toEqual([])
  recent.note('c', at(0), [event('a'), event('b')])
  recent.note('c', at(2), [event('c')])
  expect(recent.before('c', at(3))).toEqual(['a', 'b', 'c'])
})

test('what somebody else has written in between is not, nor what another attempt has', () => {
  const recent = createRecentTexts()
  recent.note('c', at(0), [event('a')])
  expect(recent.before('c', at(2))).toBeUndefined()
  expect(recent.before('c', at(1, 2))).toBeUndefined()
  expect(recent.before('other', at(1))).toBeUndefined()
  recent.note('c', at(2), [event('c')])
  expect(recent.before('c', at(3))).toBeUndefined()
})

test('large texts are not kept', () => {
  const recent = createRecentTexts()
  recent.note('c', at(0), [event('x'.repeat(70_000))])
  expect(recent.before('c', at(1))).toBeUndefined()
})
