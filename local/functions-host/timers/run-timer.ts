import type { LocalClock, LocalTimer } from '../../service/clock.ts'
import type { TimerFunction } from '../functions/function-definition.ts'
import type { Schedule } from './schedule.ts'
import type { ScheduleStatus, StatusStore } from './schedule-status.ts'

/** What a timer function gets, in the spelling of .NET; the library turns it into camel case. */
export type TimerInfo = {
  Schedule: { AdjustForDST: boolean }
  ScheduleStatus: { Last: string; Next: string; LastUpdated: string } | null
  IsPastDue: boolean
}

export type RunningTimer = {
  /** Runs the function now, outside its schedule. */
  runNow(): Promise<void>
  stop(): Promise<void>
}

export type TimerOptions = {
  definition: TimerFunction
  schedule: Schedule
  clock: LocalClock
  store: StatusStore
  /** Runs the function; its failure does not stop the schedule. */
  invoke(info: TimerInfo): Promise<void>
}

const NEVER = '0001-01-01T00:00:00'

const toDateTime = (time: number): string =>
  time === 0 ? NEVER : new Date(time).toISOString().replace(/\.?0*Z$/, '+00:00')

const toInfo = (schedule: Schedule, status: ScheduleStatus | undefined, isPastDue: boolean): TimerInfo => ({
  Schedule: { AdjustForDST: schedule.adjustForDst },
  ScheduleStatus:
    status === undefined
      ? null
      : {
          Last: toDateTime(status.last),
          Next: toDateTime(status.next),
          LastUpdated: toDateTime(status.lastUpdated),
        },
  IsPastDue: isPastDue,
})

/**
 * Runs a timer function by its schedule, as `TimerListener` does: never two runs at once, the next time is taken after
 * the run, and at the start a run that was missed is made up for, marked as past due.
 */
export const runTimer = ({ definition, schedule, clock, store, invoke }: TimerOptions): RunningTimer => {
  const monitored = definition.useMonitor && schedule.monitored
  let timer: LocalTimer | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()

  const readStatus = (): ScheduleStatus | undefined => (monitored ? store.get(definition.name) : undefined)

  const writeStatus = (last: number, next: number | undefined): void => {
    if (!monitored || next === undefined) return
    store.set(definition.name, { last, next, lastUpdated: last === 0 ? clock.now() : last })
  }

  const run = async (isPastDue: boolean): Promise<void> => {
    const startedAt = clock.now()
    await invoke(toInfo(schedule, readStatus(), isPastDue))
    writeStatus(startedAt, schedule.next(clock.now()))
  }

  const start = (isPastDue: boolean): void => {
    running = run(isPastDue).then(arm)
  }

  const arm = (): void => {
    const next = stopped ? undefined : schedule.next(clock.now())
    if (next !== undefined) timer = clock.at(next, () => start(false))
  }

  const known = readStatus()
  const isPastDue = known !== undefined && known.next < clock.now()
  if (known === undefined) writeStatus(0, schedule.next(clock.now()))
  if (definition.runOnStartup || isPastDue) start(isPastDue)
  else arm()
  return {
    runNow: () => invoke(toInfo(schedule, readStatus(), false)),
    stop: async () => {
      stopped = true
      timer?.cancel()
      await running
    },
  }
}
