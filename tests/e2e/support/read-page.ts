import { expect } from 'vitest'
import * as z from 'zod'
import type { TestCloud } from './start-test-cloud.ts'
import { streamUrl } from './watch-task.ts'

const Page = z.strictObject({
  task_id: z.string(),
  state: z.string(),
  events: z.array(z.looseObject({})),
  next: z.int(),
})

/** One page of the stored events of a task. */
export const readPage = async (cloud: TestCloud, task: string, query = ''): Promise<z.infer<typeof Page>> => {
  const response = await fetch(streamUrl(cloud, task) + query, { headers: { accept: 'application/json' } })
  expect(response.status).toBe(200)
  return Page.parse(await response.json())
}
