import { randomUUID } from 'node:crypto'
import type { Controls } from '../../service/control.ts'
import type { TimerFunction } from '../functions/function-definition.ts'
import type { StartupError } from '../functions/index-functions.ts'
import type { Execute } from '../invocation/execute.ts'
import { executeWithRetry } from '../invocation/retry.ts'
import { createTraceContext } from '../invocation/trace-context.ts'
import { STOP_GRACE_MS } from '../limits.ts'
import { resolveSetting, type Settings } from '../settings/resolve-setting.ts'
import type { Fleet } from '../worker/fleet.ts'
import { within } from '../within.ts'
import { ProcessGoneError } from '../worker/app-process.ts'
import { parseSchedule } from './schedule.ts'
import type { StatusStore } from './schedule-status.ts'
import { runTimer, type RunningTimer, type TimerInfo } from './run-timer.ts'

export type TimerServices = {
  controls: Controls
  fleet: Fleet
  execute: Execute
  settings: Settings
  store: StatusStore
}

export type Timers = {
  errors: StartupError[]
  byName: ReadonlyMap<string, RunningTimer>
  stop(): Promise<void>
}

const createInvoke =
  (services: TimerServices, definition: TimerFunction) =>
  async (info: TimerInfo): Promise<void> => {
    try {
      const running = await services.fleet.acquirePatiently(definition.name)
      const request = {
        invocationId: randomUUID(),
        functionName: definition.name,
        inputData: [{ name: definition.trigger.name, data: { json: JSON.stringify(info) } }],
        triggerMetadata: {},
        traceContext: createTraceContext(),
      }
      await executeWithRetry(services, definition.retryOptions, { request, running })
    } catch (error) {
      if (!(error instanceof ProcessGoneError)) throw error
    }
  }

/** Starts all timers. One whose schedule is wrong does not start. */
export const startTimers = (services: TimerServices, definitions: readonly TimerFunction[]): Timers => {
  const { clock } = services.controls
  const errors: StartupError[] = []
  const byName = new Map<string, RunningTimer>()
  for (const definition of definitions) {
    try {
      const schedule = parseSchedule(resolveSetting(services.settings, definition.schedule), clock.now())
      const invoke = createInvoke(services, definition)
      byName.set(definition.name, runTimer({ definition, schedule, clock, store: services.store, invoke }))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      errors.push({ functionName: definition.name, reason: `its schedule is wrong: ${reason}` })
    }
  }
  return {
    errors,
    byName,
    stop: async () => {
      await within(STOP_GRACE_MS, Promise.all([...byName.values()].map((timer) => timer.stop())))
    },
  }
}
