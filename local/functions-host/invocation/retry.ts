import type { LocalClock } from '../../service/clock.ts'
import type { Controls } from '../../service/control.ts'
import type { InvocationRequest, RetryOptions, RpcException } from '../worker/protocol.ts'
import type { RunningApp } from '../worker/await-app.ts'
import type { Execute, Outcome } from './execute.ts'

const seconds = (duration: { seconds: number } | undefined, fallback: number): number =>
  (duration?.seconds ?? fallback) * 1000

/**
 * The pause before the next attempt: fixed, or growing between minimum and maximum with 20 % of jitter
 * (`RandomizedExponentialBackoffStrategy`).
 */
export const retryDelayMs = (options: RetryOptions, retryCount: number, random: () => number): number => {
  if (options.retryStrategy === 'fixedDelay') return seconds(options.delayInterval, 0)
  const minimum = seconds(options.minimumInterval, 0)
  const maximum = seconds(options.maximumInterval, 0)
  const growth = minimum * (2 ** retryCount - 1) * (0.8 + random() * 0.4)
  return Math.min(maximum, minimum + growth)
}

const toException = (outcome: Outcome & { ok: false }): RpcException => ({
  message: outcome.result?.error?.message ?? outcome.message,
  source: '',
  stackTrace: outcome.result?.error?.stack ?? '',
})

const pause = (clock: LocalClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve)
  })

/**
 * Runs an invocation under the function's retry policy: Azure's host loops in its own process, and the attempt carries
 * a retry context from the first on. Without a policy there is one attempt.
 */
export const executeWithRetry = async (
  { execute, controls }: { execute: Execute; controls: Controls },
  policy: RetryOptions | undefined,
  { request, running }: { request: InvocationRequest; running: RunningApp },
): Promise<Outcome> => {
  if (policy === undefined) return await execute(running, request)
  const maxRetryCount = policy.maxRetryCount
  let exception: RpcException | undefined
  for (let retryCount = 0; ; retryCount++) {
    const retryContext = { retryCount, maxRetryCount, ...(exception === undefined ? {} : { exception }) }
    const outcome = await execute(running, { ...request, retryContext })
    const exhausted = maxRetryCount >= 0 && retryCount >= maxRetryCount
    if (outcome.ok || outcome.reason !== 'failed' || exhausted) return outcome
    exception = toException(outcome)
    await pause(controls.clock, retryDelayMs(policy, retryCount, Math.random))
  }
}
