import { expect } from 'vitest'
import * as z from 'zod'
import type { TestCloud } from './start-test-cloud.ts'

const Letters = z.object({
  items: z.array(
    z.looseObject({
      key: z.string(),
      reason: z.string(),
      status: z.string(),
      task_id: z.string().optional(),
      message_id: z.string().optional(),
    }),
  ),
  next: z.string().optional(),
})
export type Letter = z.infer<typeof Letters>['items'][number]

/** Every dead letter that matches, page after page. */
export const listDeadLetters = async (
  cloud: TestCloud,
  filter: Record<string, string> = {},
): Promise<Letter[]> => {
  const letters: Letter[] = []
  for (let after: string | undefined; ;) {
    const query = new URLSearchParams({ ...filter, limit: '100', ...(after === undefined ? {} : { after }) })
    const response = await fetch(`${cloud.url}/v1/admin/dead-letters?${query}`)
    expect(response.status).toBe(200)
    const { items, next } = Letters.parse(await response.json())
    letters.push(...items)
    if (next === undefined) return letters
    after = next
  }
}
