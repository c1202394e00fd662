import type { LocalClock, LocalTimer } from '../../service/clock.ts'
import {
  RESTART_FIRST_DELAY_MS,
  RESTART_MAX_DELAY_MS,
  RESTART_RESET_AFTER_MS,
  START_WAIT_MS,
} from '../limits.ts'
import type { Log } from '../log.ts'
import { within } from '../within.ts'
import { ProcessGoneError, type AppProcess } from './app-process.ts'
import { awaitApp, type RunningApp } from './await-app.ts'

/** A place for one app process: when the process ends, another takes its place. */
export type Supervised = {
  role: string
  /** The process that is ready, waiting for one that starts. Rejects at once while a crash loop pauses. */
  ready(): Promise<RunningApp>
  /** The same, but waits through pauses as well; rejects only when the host stops. */
  patientlyReady(): Promise<RunningApp>
  read(): {
    pid: number
    role: string
    restarts: number
    state: 'starting' | 'running' | 'pausing' | 'stopped'
  }
  /** SIGKILL, as when an instance vanishes; the next process starts at once. */
  kill(): void
  stop(): Promise<void>
}

export type SuperviseOptions = {
  role: string
  start: () => AppProcess
  clock: LocalClock
  log: Log
  /** True: an app that cannot start the first time is not started again; `ready()` says why. */
  firstStartMustSucceed?: boolean
}

/** Crash `n` in a row waits 250 ms * 2^(n-2), at most 30 s; the first restart comes at once. */
export const restartDelayMs = (crashes: number): number =>
  crashes <= 1 ? 0 : Math.min(RESTART_MAX_DELAY_MS, RESTART_FIRST_DELAY_MS * 2 ** (crashes - 2))

type State = ReturnType<Supervised['read']>['state']

/** The life of one place: which process holds it, and when the next one comes. */
const createLife = ({ role, start, clock, log, firstStartMustSucceed }: SuperviseOptions) => {
  const life = {
    state: 'starting' as State,
    restarts: 0,
    crashes: 0,
    mayRestart: firstStartMustSucceed !== true,
  }
  let pause: LocalTimer | undefined
  let current: AppProcess = start()
  let next: Promise<RunningApp>
  const awaited = awaitApp()

  const report = (message: string): void =>
    log({ level: 'error', category: 'system', process: role, message })

  const restart = (): void => {
    life.restarts += 1
    life.state = 'starting'
    current = start()
    watch(current)
  }

  const onExit = (startedAt: number, how: string): void => {
    awaited.leave()
    if (life.state === 'stopped' || !life.mayRestart) return
    life.crashes = clock.now() - startedAt >= RESTART_RESET_AFTER_MS ? 1 : life.crashes + 1
    const delayMs = restartDelayMs(life.crashes)
    report(`The app process ended (${how}); it starts again ${delayMs === 0 ? 'now' : `in ${delayMs} ms`}.`)
    if (delayMs === 0) return restart()
    life.state = 'pausing'
    pause = clock.after(delayMs, restart)
  }

  const watch = (launched: AppProcess): void => {
    const startedAt = clock.now()
    next = launched.loaded.then((app) => {
      life.mayRestart = true
      const loaded = { process: launched, app }
      if (life.state !== 'starting') return loaded
      life.state = 'running'
      awaited.arrive(loaded)
      return loaded
    })
    next.catch((error: unknown) => {
      if (life.mayRestart && life.state !== 'stopped') report(String(error))
      launched.kill()
    })
    void launched.exited.then(({ code, signal }) => onExit(startedAt, signal ?? `exit code ${code}`))
  }

  watch(current)
  return { life, awaited, next: () => next, current: () => current, cancelPause: () => pause?.cancel() }
}

/** Starts a process and starts it again whenever it ends; crash loops back off. */
export const supervise = (options: SuperviseOptions): Supervised => {
  const { role } = options
  const { life, awaited, next, current, cancelPause } = createLife(options)
  return {
    role,
    ready: async () => {
      if (awaited.current !== undefined) return awaited.current
      if (life.state === 'pausing' || life.state === 'stopped') {
        throw new ProcessGoneError(`The app process ${role} is not running.`)
      }
      return await withinStartWait(next(), role)
    },
    patientlyReady: awaited.next,
    read: () => ({ pid: current().pid, role, restarts: life.restarts, state: life.state }),
    kill: () => {
      life.crashes = 0
      current().kill()
    },
    stop: async () => {
      life.state = 'stopped'
      cancelPause()
      awaited.end(`The app process ${role} is stopped.`)
      await current().terminate()
    },
  }
}

/** The app when it has started; whatever keeps it from that is the absence of its process. */
const withinStartWait = async (start: Promise<RunningApp>, role: string): Promise<RunningApp> => {
  let started: RunningApp | undefined
  try {
    await within(
      START_WAIT_MS,
      start.then((app) => (started = app)),
    )
  } catch (error) {
    throw new ProcessGoneError(error instanceof Error ? error.message : String(error))
  }
  if (started !== undefined) return started
  throw new ProcessGoneError(`The app process ${role} did not start within ${START_WAIT_MS} ms.`)
}
