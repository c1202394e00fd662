import * as z from 'zod'
import type { TestCloud } from './start-test-cloud.ts'

const Health = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  version: z.string(),
  role: z.string(),
  uptime: z.number(),
  timestamp: z.iso.datetime(),
  connected_agents: z.int(),
  connections: z.strictObject({
    asb: z.enum(['connected', 'disconnected']),
    storage: z.enum(['connected', 'disconnected']),
    web_pubsub: z.enum(['connected', 'disconnected']),
    agents: z.record(z.string(), z.string()),
  }),
})

/** What the gateway says of itself and of what it stands on, with the status of the answer. */
export const readHealth = async ({ url }: TestCloud): Promise<z.infer<typeof Health> & { http: number }> => {
  const response = await fetch(`${url}/health`)
  return { http: response.status, ...Health.parse(await response.json()) }
}
