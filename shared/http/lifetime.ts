import type { ServerResponse } from 'node:http'
import { ABORTED } from '../kernel/aborted.ts'

/** How long a request is worked on: until the client left, or `end` is called. */
export type Lifetime = { signal: AbortSignal; end(): void }

export const createLifetime = (response: ServerResponse): Lifetime => {
  const controller = new AbortController()
  const end = (): void => controller.abort(ABORTED)
  response.once('close', end)
  if (response.destroyed) end()
  return { signal: controller.signal, end }
}
