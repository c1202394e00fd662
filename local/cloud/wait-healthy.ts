import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../service/run.ts'

const POLL_MS = 100
const LIMIT_MS = 60_000

const probe = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url)
    const body = await response.text()
    const health: unknown = JSON.parse(body)
    const isHealthy =
      typeof health === 'object' && health !== null && 'status' in health && health.status === 'healthy'
    return isHealthy ? 'healthy' : `HTTP ${response.status} ${body}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Waits until `GET /health` of the gateway says `healthy`.
 * @throws UsageError with its last answer after a minute.
 */
export const waitHealthy = async (gateway: string): Promise<void> => {
  const until = Date.now() + LIMIT_MS
  for (;;) {
    const answer = await probe(`${gateway}/health`)
    if (answer === 'healthy') return
    if (Date.now() > until) {
      throw new UsageError(
        `the gateway is not healthy after ${LIMIT_MS / 1000} s; ${gateway}/health: ${answer}`,
      )
    }
    await delay(POLL_MS)
  }
}
