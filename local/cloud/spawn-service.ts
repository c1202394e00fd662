import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import * as z from 'zod'
import { UsageError } from '../service/run.ts'

/** One line that a service wrote, apart from its ready line. */
export type ServiceLine = { service: string; text: string }

/** Options of a program by camelCase name, as `readOptions` reads them; true is a flag, undefined and false are left out. */
export type ProgramOptions = Readonly<Record<string, string | number | boolean | undefined>>

/** A local service as a program, with additions to the environment. */
export type ServiceProgram = {
  name: string
  path: string
  options: ProgramOptions
  env?: Readonly<Record<string, string>> | undefined
}

/** The ready line of a local service. */
export const ReadyLine = z.looseObject({
  service: z.string(),
  ready: z.literal(true),
  port: z.int(),
  url: z.string().optional(),
  connectionString: z.string().optional(),
  managementPort: z.int().optional(),
  tablePort: z.int().optional(),
  blobPort: z.int().optional(),
})
export type ReadyLine = z.infer<typeof ReadyLine>

export type SpawnedService = {
  pid: number
  ready: ReadyLine
  /** Settles when the process is gone, with how it ended: `exit code 1`, `signal SIGKILL`. */
  ended: Promise<string>
  /** Sends the signal and waits for the end; a process that ignores it is killed. */
  stop(signal: NodeJS.Signals): Promise<void>
}

/** Longer than a service itself waits for its own clean end (`local/service/run.ts`). */
const KILL_AFTER_MS = 12_000

const READY_LIMIT_MS = 60_000

/** Node keeps compiled and type-stripped modules here: the second start of a service takes a third of the time. */
const COMPILE_CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/agent-gateway')

const toArguments = (options: ProgramOptions): string[] =>
  Object.entries(options).flatMap(([key, value]) => {
    if (value === undefined || value === false) return []
    const name = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [name] : [name, String(value)]
  })

const parseReady = (text: string): ReadyLine | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return ReadyLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const onEachLine = (stream: Readable | null, onText: (text: string) => void): void => {
  if (stream !== null) createInterface({ input: stream }).on('line', onText)
}

const waitForEnd = async (child: ChildProcess): Promise<string> => {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return signal === null ? `exit code ${code}` : `signal ${signal}`
}

const stopChild = async (
  child: ChildProcess,
  ended: Promise<string>,
  signal: NodeJS.Signals,
): Promise<void> => {
  child.kill(signal)
  const kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  await ended
  clearTimeout(kill)
}

/**
 * Starts a service and waits for its ready line; everything else it writes goes to `onLine`.
 * The IPC channel tells the service when this process is gone, however it ended; its own process group keeps the
 * terminal's Ctrl-C away from it, so that services are stopped in order.
 * @throws UsageError with the service's own words when it ends before it is ready.
 */
export const spawnService = async (
  { name, path, options, env }: ServiceProgram,
  onLine: (line: ServiceLine) => void,
): Promise<SpawnedService> => {
  const child = spawn(process.execPath, [path, ...toArguments(options)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...env },
    detached: true,
  })
  const ended = waitForEnd(child)
  const complaints: string[] = []
  const { promise: readied, resolve: becomeReady } = Promise.withResolvers<ReadyLine>()
  let isReady = false
  onEachLine(child.stdout, (text) => {
    const ready = isReady ? undefined : parseReady(text)
    if (ready === undefined) return onLine({ service: name, text })
    isReady = true
    becomeReady(ready)
  })
  onEachLine(child.stderr, (text) => {
    if (isReady) onLine({ service: name, text })
    else complaints.push(text)
  })
  const failed = ended.then((end): never => {
    throw new UsageError(complaints.join('\n') || `${name} ended (${end}) before it was ready.`)
  })
  const limit = setTimeout(() => {
    complaints.push(`${name} was not ready within ${READY_LIMIT_MS / 1000} s.`)
    child.kill('SIGKILL')
  }, READY_LIMIT_MS)
  const ready = await Promise.race([readied, failed]).finally(() => clearTimeout(limit))
  for (const text of complaints) onLine({ service: name, text })
  failed.catch(() => {})
  return { pid: child.pid ?? 0, ready, ended, stop: (signal) => stopChild(child, ended, signal) }
}
