import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testAgent } from '../../tests/fixtures/test-agent.ts'
import { selectAgents } from './select-agents.ts'

const agents = [
  testAgent('c', { group: 'one', capabilities: ['code'], status: 'healthy' }),
  testAgent('a', { group: 'one', reach: 'socket', capabilities: ['code', 'text'] }),
  testAgent('b', { group: 'two', capabilities: ['text'], status: 'healthy' }),
]
const idsOf = (filter: Parameters<typeof selectAgents>[1]): string[] =>
  selectAgents(agents, filter, { limit: 10 }).agents.map(({ id }) => id)

test.each([
  [{}, ['a', 'b', 'c']],
  [{ group: 'one' }, ['a', 'c']],
  [{ reach: 'socket' as const }, ['a']],
  [{ capability: 'text' }, ['a', 'b']],
  [{ status: 'healthy' as const }, ['b', 'c']],
  [{ group: 'one', capability: 'code', status: 'healthy' as const }, ['c']],
  [{ group: 'none' }, []],
])('the filter %j selects %j', (filter, ids) => {
  expect(idsOf(filter)).toEqual(ids)
})

test('following `next` gives every agent once, in order, whatever the size of a page', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 10 }), (ids, limit) => {
      const all = ids.map((id) => testAgent(id))
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = selectAgents(all, {}, { after, limit })
        expect(page.agents.length).toBeLessThanOrEqual(limit)
        seen.push(...page.agents.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(seen).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)))
    }),
  )
})
