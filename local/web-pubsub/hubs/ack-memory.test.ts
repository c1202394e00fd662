import { expect, test } from 'vitest'
import { AckMemory } from './ack-memory.ts'

test('the last thousand ackIds are remembered, the oldest is forgotten first', () => {
  const acks = new AckMemory()
  for (let ackId = 1; ackId <= 1000; ackId++) acks.remember(ackId)
  expect([acks.has(1), acks.has(1000), acks.has(1001)]).toEqual([true, true, false])
  acks.remember(1001)
  expect([acks.has(1), acks.has(2), acks.has(1001)]).toEqual([false, true, true])
})
