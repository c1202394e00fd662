import type { ServerResponse } from 'node:http'
import type { Clock } from '../kernel/clock.ts'

/** How long a request is worked on: until the client left, its slice is over, or `end` is called. */
export type Lifetime = { signal: AbortSignal; end(): void }

export const createLifetime = (
  response: ServerResponse,
  options: { clock: Clock; sliceSeconds?: number | undefined },
): Lifetime => {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  response.once('close', end)
  if (response.destroyed) end()
  if (options.sliceSeconds !== undefined) {
    void options.clock.sleep(options.sliceSeconds * 1000, controller.signal).then(end)
  }
  return { signal: controller.signal, end }
}
