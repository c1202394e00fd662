import { ClientError } from '../client-error.ts'
import type { Platform } from '../platform.ts'

/**
 * Asks again and again whether the other side still answers, until the signal is aborted; a connection that nobody answers
 * on is none.
 * @param options.ping rejects with ClientError `timeout` when no answer came
 */
export const keepAlive = async (options: {
  everyMs: number
  ping: () => Promise<void>
  onSilence: () => void
  platform: Pick<Platform, 'sleep'>
  signal: AbortSignal
}): Promise<void> => {
  const { everyMs, ping, onSilence, platform, signal } = options
  while (!signal.aborted) {
    await platform.sleep(everyMs, signal)
    if (signal.aborted) return
    await ping().catch((error: unknown) => {
      if (error instanceof ClientError && error.code === 'timeout') onSilence()
    })
  }
}
