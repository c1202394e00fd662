import { setTimeout as delay } from 'node:timers/promises'
import {
  spawnService,
  type ProgramOptions,
  type ReadyLine,
  type ServiceLine,
  type SpawnedService,
} from './spawn-service.ts'

/** A service that is started again when it crashes, at the address it had first. */
export type SupervisedService = {
  name: string
  ready: ReadyLine
  /** The process that runs now; undefined while it is down. */
  pid(): number | undefined
  /** Ends the process (SIGTERM unless told otherwise) and keeps it down until `start`. */
  stop(signal?: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

export type SuperviseOptions = {
  name: string
  path: string
  /** The program's options, given the ready line of the first start, so that a free port is kept afterwards. */
  options(first?: ReadyLine): ProgramOptions
  env?: Readonly<Record<string, string>> | undefined
  onLine(line: ServiceLine): void
  /** Pause before a crashed service is started again; 500 ms by default. */
  restartDelayMs?: number | undefined
  /** The service crashed too often or cannot start again. */
  onGiveUp(reason: string): void
}

const RESTART_DELAY_MS = 500
const MAX_CRASHES = 5
const CRASH_WINDOW_MS = 60_000

/**
 * Starts a service and watches over it.
 * @throws UsageError when the first start fails.
 */
export const supervise = async (service: SuperviseOptions): Promise<SupervisedService> => {
  const { name, path, env, onLine, onGiveUp } = service
  const launch = (first?: ReadyLine): Promise<SpawnedService> =>
    spawnService({ name, path, env, options: service.options(first) }, onLine)

  const firstRun = await launch()
  const { ready } = firstRun
  let current: SpawnedService | undefined
  let starting: Promise<void> | undefined
  let wanted = true
  let crashes: number[] = []

  const watch = (run: SpawnedService): void => {
    current = run
    void run.ended.then((end) => {
      if (current !== run) return
      current = undefined
      if (wanted) void revive(end)
    })
  }

  const start = (): Promise<void> => {
    wanted = true
    if (current !== undefined) return Promise.resolve()
    starting ??= launch(ready)
      .then(watch)
      .finally(() => (starting = undefined))
    return starting
  }

  const revive = async (end: string): Promise<void> => {
    crashes = [...crashes.filter((at) => at > Date.now() - CRASH_WINDOW_MS), Date.now()]
    if (crashes.length > MAX_CRASHES)
      return onGiveUp(`${name} crashed ${crashes.length} times in a minute (${end}).`)
    onLine({ service: name, text: `${name} ended unexpectedly (${end}) and is started again.` })
    await delay(service.restartDelayMs ?? RESTART_DELAY_MS)
    if (!wanted) return
    await start().catch((error: unknown) => onGiveUp(error instanceof Error ? error.message : String(error)))
  }

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    wanted = false
    await starting?.catch(() => {})
    const run = current
    current = undefined
    await run?.stop(signal)
  }

  watch(firstRun)
  return { name, ready, pid: () => current?.pid, start, stop }
}
