import type { Legacy } from './legacy.ts'

const TERMINAL: ReadonlySet<string> = new Set([
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
])
const INTERRUPTED: ReadonlySet<string> = new Set(['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED'])

/** Whether nothing can follow a state (of 1.0). */
export const isTerminal = (state: string | undefined): boolean => state !== undefined && TERMINAL.has(state)

/** Whether a state (of 1.0) waits for the client. */
export const isInterrupted = (state: string | undefined): boolean =>
  state !== undefined && INTERRUPTED.has(state)

const OF_0_3: Readonly<Record<string, string>> = {
  TASK_STATE_UNSPECIFIED: 'unknown',
  TASK_STATE_SUBMITTED: 'submitted',
  TASK_STATE_WORKING: 'working',
  TASK_STATE_INPUT_REQUIRED: 'input-required',
  TASK_STATE_AUTH_REQUIRED: 'auth-required',
  TASK_STATE_COMPLETED: 'completed',
  TASK_STATE_FAILED: 'failed',
  TASK_STATE_CANCELED: 'canceled',
  TASK_STATE_REJECTED: 'rejected',
}

/** Every state: its name in 1.0, and in the shapes of 0.3. REST of 0.3 writes CANCELLED with two L. */
export const STATES: readonly ({ '1.0': string } & Record<Legacy, string>)[] = Object.entries(OF_0_3).map(
  ([state, legacy]) => ({
    '1.0': state,
    '0.3': legacy,
    '0.3-rest': state === 'TASK_STATE_CANCELED' ? 'TASK_STATE_CANCELLED' : state,
  }),
)
