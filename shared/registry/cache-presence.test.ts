import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { cachePresence } from './cache-presence.ts'
import { toConnectedAgent } from './to-connected-agent.ts'

const CACHE_MS = 1000
const DID = 'did:key:a'

const agentOf = (generation: number) =>
  toConnectedAgent(
    { did: DID, connectionId: 'c', capabilities: [] },
    { generation, now: 0, proxyId: 'here', timeoutSeconds: 30 },
  )

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('read' as const) },
  { weight: 1, arbitrary: fc.constant('write' as const) },
  { weight: 5, arbitrary: fc.constant('answer' as const) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 700 }) },
)

test('however slow the storage is, nobody is given what had been replaced, and told, a second before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { minLength: 30, maxLength: 120, size: 'max' }),
      async (storage, steps) => {
        const clock = createManualClock()
        let generation = 0
        let version = 0
        /** Changes that are whole, with the time at which they were. */
        const told = [{ generation: 0, at: 0 }]
        const cache = cachePresence({
          // What is answered is what was stored at some time between question and answer.
          read: async () => {
            await storage.schedule(Promise.resolve())
            const agent = agentOf(generation)
            await storage.schedule(Promise.resolve())
            return { agent, version: String(agent.generation) }
          },
          version: {
            read: async () => {
              await storage.schedule(Promise.resolve())
              const read = String(version)
              await storage.schedule(Promise.resolve())
              return read
            },
          },
          clock,
          cacheMs: CACHE_MS,
        })
        const write = async (): Promise<void> => {
          await storage.schedule(Promise.resolve())
          const written = ++generation
          await storage.schedule(Promise.resolve())
          version++
          told.push({ generation: written, at: clock.now() })
        }
        const read = async (): Promise<void> => {
          const asked = clock.now()
          const known = told.filter(({ at }) => at <= asked - CACHE_MS).map((change) => change.generation)
          const stored = await cache.get(DID)
          expect(stored?.agent.generation).toBeGreaterThanOrEqual(Math.max(...known))
        }

        const started: Promise<void>[] = []
        for (const now of steps) {
          if (now === 'read') started.push(read())
          else if (now === 'write') started.push(write())
          else if (typeof now === 'number') clock.advance(now)
          else if (storage.count() > 0) await storage.waitOne()
        }
        await storage.waitIdle()
        await Promise.all(started)
      },
    ),
    { numRuns: 2000 },
  )
})
