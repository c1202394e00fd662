import { expect, test } from 'vitest'
import { DeadLetterQuery, DeadLetterSelection } from './dead-letter-query.ts'

test('a query without parameters lists the first page of all', () => {
  expect(DeadLetterQuery.parse({})).toEqual({ filter: {}, page: { limit: 50, after: undefined } })
})

test('a query is parted into filter and page', () => {
  const query = {
    entity: 'e',
    reason: 'r',
    status: 'redriven',
    task_id: 't',
    agent_id: 'a',
    limit: '7',
    after: 'c',
  }
  expect(DeadLetterQuery.parse(query)).toEqual({
    filter: { entity: 'e', reason: 'r', status: 'redriven', task_id: 't', agent_id: 'a' },
    page: { limit: 7, after: 'c' },
  })
})

test('a selection means what is held, a whole page, unless it says otherwise', () => {
  expect(DeadLetterSelection.parse({})).toEqual({ filter: { status: 'held' }, limit: 100, after: undefined })
  expect(DeadLetterSelection.parse({ status: 'redriving', reason: 'r', limit: 3, after: 'c' })).toEqual({
    filter: { status: 'redriving', reason: 'r' },
    limit: 3,
    after: 'c',
  })
})

test.each([
  [{ limit: '0' }, 'limit', 'must be 1 to 100'],
  [{ limit: '101' }, 'limit', 'must be 1 to 100'],
  [{ limit: '' }, 'limit', 'must be 1 to 100'],
  [{ limit: 'many' }, 'limit', 'must be 1 to 100'],
  [{ limit: '1.5' }, 'limit', 'must be 1 to 100'],
  [{ status: 'lost' }, 'status', 'must be held, redriving or redriven'],
  [{ after: '' }, 'after', 'must not be empty'],
  [{ reason: '' }, 'reason', 'must not be empty'],
])('%j is refused with the rule', (query, field, rule) => {
  for (const schema of [DeadLetterQuery, DeadLetterSelection]) {
    const [issue] = schema.safeParse(query).error?.issues ?? []
    expect(issue).toMatchObject({ path: [field], message: rule })
  }
})

test('a member that does not exist is refused: nobody purges all by a slip of the pen', () => {
  expect(DeadLetterSelection.safeParse({ taskid: 't-1' }).success).toBe(false)
  expect(DeadLetterQuery.safeParse({ taskid: 't-1' }).success).toBe(false)
})

test.each([true, null, []])('a selection takes no limit of %j', (limit) => {
  expect(DeadLetterSelection.safeParse({ limit }).success).toBe(false)
})
