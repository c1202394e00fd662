import { ExponentialBackoff, handleWhen, retry } from 'cockatiel'
import { GatewayError } from './errors.ts'
import type { Log } from './log.ts'

/** True for failures that pass by themselves: a service that the gateway stands on did not answer. */
export const isTransient = (error: unknown): boolean => error instanceof GatewayError && error.retryable

/**
 * Repeats an operation while it fails transiently, with jittered pauses from 50 ms up to 5 s, until `budgetMs` is over.
 * Then, and for every other failure, the error is thrown.
 */
export const retryTransient = async <Result>(
  operation: () => Promise<Result>,
  options: { budgetMs: number; onRetry?: (error: unknown) => void },
): Promise<Result> => {
  const deadline = Date.now() + options.budgetMs
  const policy = retry(
    handleWhen((error) => isTransient(error) && Date.now() < deadline),
    {
      maxAttempts: Number.MAX_SAFE_INTEGER,
      backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 5000 }),
    },
  )
  policy.onFailure(({ reason, handled }) => {
    if (handled && 'error' in reason) options.onRetry?.(reason.error)
  })
  return policy.execute(operation)
}

/** Repeats an operation for as long as the work of one message may wait for the storage. */
export type Patiently = <Result>(operation: () => Promise<Result>) => Promise<Result>

/** How a handler waits for a storage that is away: a message that is abandoned comes back at once and burns its deliveries. */
export const createPatience =
  (options: { log: Log; budgetMs: number }): Patiently =>
  (operation) =>
    retryTransient(operation, {
      budgetMs: options.budgetMs,
      onRetry: (error) => options.log.warn('A service does not answer; the message waits for it.', { error }),
    })
