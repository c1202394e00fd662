import * as z from 'zod'
import type { Said } from '../../contract/a2a/dialect.ts'
import { parseJson } from '../../kernel/json.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import { a2aFailure } from '../a2a-failure.ts'

const TaskPage = z.looseObject({
  tasks: z.array(z.looseObject({ id: z.string() })).default([]),
  nextPageToken: z.string().default(''),
})

/** A page of tasks with only those of one subject; `isEmpty` when nothing of theirs was on it although more pages follow. */
export type FilteredTasks = { said: Said; isEmpty: boolean; nextPageToken: string }

/** Takes the tasks of others out of what an agent lists: it knows the gateway as one client. */
export const filterTasks = async (
  said: Said,
  { aliases, agentId, subject }: { aliases: Pick<TaskAliases, 'get'>; agentId: string; subject: string },
): Promise<FilteredTasks> => {
  const page = TaskPage.safeParse(parseJson(said.text).value)
  if (!page.success)
    throw a2aFailure('INVALID_AGENT_RESPONSE', 'The agent answered with something that is no list of tasks.')
  const { tasks, nextPageToken } = page.data
  const owners = await Promise.all(tasks.map(async ({ id }) => (await aliases.get(agentId, id))?.owner))
  const own = tasks.filter((_task, index) => owners[index] === subject)
  if (own.length === tasks.length) return { said, isEmpty: false, nextPageToken }
  const text = JSON.stringify({ ...page.data, tasks: own, totalSize: own.length })
  const { extensions } = said
  return { said: { text, extensions }, isEmpty: own.length === 0 && nextPageToken !== '', nextPageToken }
}
