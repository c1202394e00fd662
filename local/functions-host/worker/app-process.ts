import { fork, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { TERMINATE_GRACE_MS } from '../limits.ts'
import type { Log } from '../log.ts'
import { within } from '../within.ts'
import { createOutbox } from './outbox.ts'
import type {
  FromWorker,
  FunctionMetadata,
  InvocationRequest,
  InvocationResult,
  ToWorker,
} from './protocol.ts'

/** The app process ended before it answered. */
export class ProcessGoneError extends Error {
  override name = 'ProcessGoneError'
}

export type LoadedApp = { functions: FunctionMetadata[]; capabilities: Record<string, string> }

export type ProcessExit = { code: number | null; signal: NodeJS.Signals | null }

export type AppProcess = {
  pid: number
  /** Rejects when the app cannot be loaded, or ends before it was. */
  loaded: Promise<LoadedApp>
  exited: Promise<ProcessExit>
  /** @throws ProcessGoneError when the process ends first. */
  invoke(request: InvocationRequest): Promise<InvocationResult>
  /** Runs the appTerminate hooks, ends the process; kills it after Azure's grace. */
  terminate(): Promise<void>
  kill(): void
}

export type AppProcessOptions = {
  role: string
  directory: string
  entryPoints: string[]
  env: NodeJS.ProcessEnv
  log: Log
}

type Receive = { [Type in FromWorker['type']]: (message: Extract<FromWorker, { type: Type }>) => void }

const dispatch = <Type extends FromWorker['type']>(
  receive: Receive,
  message: Extract<FromWorker, { type: Type }>,
): void => {
  const type: Type = message.type
  receive[type](message)
}

const WORKER = new URL('./main.ts', import.meta.url)

const start = (options: AppProcessOptions): ChildProcess =>
  fork(WORKER, [], {
    cwd: options.directory,
    env: options.env,
    /** Azure passes this setting to node. */
    execArgv: (options.env['languageWorkers__node__arguments'] ?? '').split(/\s+/).filter(Boolean),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })

/** What the app's own process writes past `process.stdout`: last words of Node.js, output of native code. */
const forwardOutput = (stream: Readable | null, options: AppProcessOptions): void => {
  if (stream === null) return
  createInterface({ input: stream }).on('line', (message) =>
    options.log({ level: 'warning', category: 'user', message, process: options.role }),
  )
}

/** Starts one process of the app. Its messages travel over the IPC channel of Node.js. */
export const startAppProcess = (options: AppProcessOptions): AppProcess => {
  const { role, directory, entryPoints, log } = options
  const child = start(options)
  const waiting = new Map<string, PromiseWithResolvers<InvocationResult>>()
  const loaded = Promise.withResolvers<LoadedApp>()
  loaded.promise.catch(() => undefined)
  const exited = Promise.withResolvers<ProcessExit>()
  forwardOutput(child.stdout, options)
  forwardOutput(child.stderr, options)
  const outbox = createOutbox<ToWorker>((messages, sent) => {
    /** A process that is gone says so by its exit. */
    if (child.connected) child.send([...messages], sent)
  })
  const gone = (reason: string): void => {
    const error = new ProcessGoneError(`The app process ${role} ${reason}.`)
    loaded.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const receive: Receive = {
    listening: () => outbox.put({ type: 'start', directory, entryPoints }),
    started: ({ functions, capabilities }) => loaded.resolve({ functions, capabilities }),
    failed: ({ message }) => loaded.reject(new Error(message)),
    log: ({ type: _type, ...line }) => log({ ...line, process: role }),
    result: ({ result }) => {
      waiting.get(result.invocationId)?.resolve(result)
      waiting.delete(result.invocationId)
    },
  }
  child.on('message', (messages: FromWorker[]) => {
    for (const message of messages) dispatch(receive, message)
  })
  child.on('error', (error) => gone(`failed: ${error.message}`))
  child.on('exit', (code, signal) => {
    gone(`ended (${signal ?? `exit code ${code}`})`)
    exited.resolve({ code, signal })
  })
  return {
    pid: child.pid ?? 0,
    loaded: loaded.promise,
    exited: exited.promise,
    invoke: (request) => {
      if (!child.connected) return Promise.reject(new ProcessGoneError(`The app process ${role} is gone.`))
      const answer = Promise.withResolvers<InvocationResult>()
      waiting.set(request.invocationId, answer)
      outbox.put({ type: 'invoke', request })
      return answer.promise
    },
    terminate: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      outbox.put({ type: 'terminate' })
      await within(TERMINATE_GRACE_MS, exited.promise)
      child.kill('SIGKILL')
      await exited.promise
    },
    kill: () => child.kill('SIGKILL'),
  }
}
