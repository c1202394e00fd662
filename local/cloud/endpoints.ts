import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** The addresses of a running local cloud, as `endpoints.json` in its data folder has them for scripts. */
export const Endpoints = z.object({
  /** URL of the gateway. */
  gateway: z.url(),
  /** Connection strings. */
  serviceBus: z.string(),
  webPubSub: z.string(),
  storage: z.string(),
  /** URL of the broker's management endpoint, which also answers its `/__local/*`. */
  serviceBusManagement: z.url().optional(),
})
export type Endpoints = z.infer<typeof Endpoints>

const FILE = 'endpoints.json'

export const writeEndpoints = (data: string, endpoints: Endpoints): void =>
  writeFileSync(join(data, FILE), `${JSON.stringify(endpoints, undefined, 2)}\n`)

/** The addresses of the cloud that runs, or last ran, with this data folder. */
export const readEndpoints = (data: string): Endpoints | undefined => {
  try {
    return Endpoints.safeParse(JSON.parse(readFileSync(join(data, FILE), 'utf8'))).data
  } catch {
    return undefined
  }
}
