import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'
import { openRegistry } from '../../support/open-registry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const auth = fc.oneof(
  fc.constant({ type: 'none' as const }),
  fc.string().map((token) => ({ type: 'bearer' as const, token })),
)
const agent = fc
  .record({ id: fc.constantFrom('a', 'b', 'c', 'd'), group: fc.constantFrom('g', 'h'), auth })
  .map(({ id, ...members }) => testAgent(id, { origin: 'file', ...members }))
const files = fc.array(fc.uniqueArray(agent, { selector: ({ id }) => id }), { minLength: 1, maxLength: 4 })

const byId = (a: Agent, b: Agent): number => (a.id < b.id ? -1 : 1)

test('after any changes of the files the rows say what the last ones said, and a second refresh changes nothing', async () => {
  let count = 0
  await fc.assert(
    fc.asyncProperty(files, async (versions) => {
      const store = openAgents(storage.connectionString, `any${++count}`)
      const bench = openRegistry(store)
      await bench.registry.put(testAgent('run'))
      for (const agents of versions) {
        bench.write({ agents })
        await bench.registry.refresh()
      }
      const rows = await store.list()
      const withoutAuth = ({ auth: _auth, ...rest }: Agent): object => rest
      expect(
        rows
          .map(({ agent: stored }) => stored)
          .toSorted(byId)
          .map(withoutAuth),
      ).toEqual([...(versions.at(-1) ?? []), testAgent('run')].toSorted(byId).map(withoutAuth))
      await bench.registry.refresh()
      expect(await store.list()).toEqual(rows)
    }),
    { numRuns: 15 },
  )
})
