import { expect, test } from 'vitest'
import { connectedAgent } from '../../../../tests/fixtures/connected-agent.ts'
import { createManualClock } from '../../../../tests/fixtures/manual-clock.ts'
import type { ConnectedAgent } from '../../../registry/connected-agents.ts'
import { GRACE_MS, watchPresence } from './watch-presence.ts'

const open = () => {
  const clock = createManualClock()
  const at = () => new Date(clock.now()).toISOString()
  const agent = connectedAgent({ connectedAt: at() })
  let found: () => Promise<ConnectedAgent | undefined> = async () => agent
  const presence = watchPresence({
    connected: { find: () => found() },
    agent,
    clock,
    signal: new AbortController().signal,
  })
  return {
    presence,
    clock,
    leave: () => void (found = async () => undefined),
    fail: () => void (found = () => Promise.reject(new Error('The storage is away.'))),
    comeBack: () => {
      const back = { ...agent, generation: clock.now(), connectedAt: at() }
      found = async () => back
    },
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(500)
        await new Promise(setImmediate)
      }
    },
  }
}

test('an agent that stays may be silent for ever', async () => {
  const { presence, pass } = open()
  await pass(10 * GRACE_MS)
  expect(presence.signal.aborted).toBe(false)
})

test('an agent that leaves is gone after the grace', async () => {
  const { presence, pass, leave } = open()
  leave()
  await pass(GRACE_MS)
  expect(presence.isGone()).toBe(false)
  await pass(5000)
  expect([presence.isGone(), presence.signal.aborted]).toEqual([true, true])
})

test('an agent that comes back and says something goes on', async () => {
  const { presence, pass, leave, comeBack } = open()
  leave()
  await pass(GRACE_MS / 2)
  comeBack()
  await pass(GRACE_MS / 4)
  presence.hear()
  await pass(10 * GRACE_MS)
  expect(presence.isGone()).toBe(false)
})

test('an agent that comes back and says nothing has forgotten the call', async () => {
  const { presence, pass, comeBack } = open()
  await pass(4000)
  presence.hear()
  await pass(500)
  comeBack()
  await pass(GRACE_MS + 5000)
  expect(presence.isGone()).toBe(true)
})

test('a storage that is away says nothing about the agent', async () => {
  const { presence, pass, fail } = open()
  fail()
  await pass(10 * GRACE_MS)
  expect(presence.isGone()).toBe(false)
})

test('who is not waited for is not looked after', async () => {
  const { presence, clock } = open()
  expect(clock.sleeping()).toBe(1)
  presence.stop()
  await new Promise(setImmediate)
  expect([clock.sleeping(), presence.signal.aborted]).toEqual([0, false])
})
