import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Where `npm start` says everything is: `.local/endpoints.json`. */
export type Endpoints = { gateway: string; serviceBus: string; webPubSub: string; storage: string }

/** Reads the addresses of the running local cloud. */
export const readEndpoints = (): Endpoints => {
  const path = resolve(process.env.GATEWAY_ENDPOINTS ?? '.local/endpoints.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Endpoints
  } catch {
    throw new Error(
      `${path} is not there. Start the local cloud with "npm start" first, or set GATEWAY_ENDPOINTS.`,
    )
  }
}
