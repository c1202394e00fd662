import { expect, test } from 'vitest'
import { filterTasks } from './filter-tasks.ts'

const owners: Record<string, string> = { mine: 'me', mine2: 'me', other: 'somebody' }
const aliases = {
  get: async (agentId: string, taskId: string) => {
    const owner = owners[taskId]
    return owner === undefined ? undefined : { agentId, taskId, owner, stream: 's' }
  },
}
const filter = (page: object) =>
  filterTasks({ text: JSON.stringify(page) }, { aliases, agentId: 'a', subject: 'me' })

test('a page of own tasks passes as the agent wrote it', async () => {
  const text = '{ "tasks": [ {"id":"mine"} ], "totalSize": 41, "nextPageToken":"" }'
  const { said } = await filterTasks({ text }, { aliases, agentId: 'a', subject: 'me' })
  expect(said.text).toBe(text)
})

test('tasks of others, and those nobody here knows, are taken out and not counted', async () => {
  const page = {
    tasks: [{ id: 'mine', x: 1 }, { id: 'other' }, { id: 'unknown' }],
    totalSize: 3,
    pageSize: 50,
  }
  expect(JSON.parse((await filter(page)).said.text)).toEqual({
    tasks: [{ id: 'mine', x: 1 }],
    totalSize: 1,
    pageSize: 50,
    nextPageToken: '',
  })
})

test('a page without own tasks is passed over while more follow', async () => {
  expect(await filter({ tasks: [{ id: 'other' }], nextPageToken: 'p2' })).toMatchObject({
    isEmpty: true,
    nextPageToken: 'p2',
  })
  expect((await filter({ tasks: [{ id: 'other' }], nextPageToken: '' })).isEmpty).toBe(false)
})

test('what is no list of tasks is an invalid answer', async () => {
  await expect(filter({ tasks: [{ name: 'no id' }] })).rejects.toMatchObject({
    value: { reason: 'INVALID_AGENT_RESPONSE' },
  })
})
