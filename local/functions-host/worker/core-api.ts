import { Module } from 'node:module'
import type { Binding, FunctionMetadata, InvocationRequest, RpcTypedData, WorkerLog } from './protocol.ts'

/** What the library calls "core": the part of the worker that `require('@azure/functions-core')` answers. */
export type CoreInvocationContext = {
  invocationId: string
  request: InvocationRequest
  metadata: { name: string; bindings: Record<string, Omit<Binding, 'name'>> }
  state: 'preInvocationHooks' | 'postInvocationHooks' | 'invocation' | undefined
  log(level: WorkerLog['level'], category: WorkerLog['category'], message: string): void
}

export type FunctionCallback = (...inputs: unknown[]) => unknown

export type InvocationModel = {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(
    context: object,
    result: unknown,
  ): Promise<{ outputData?: Array<{ name: string; data: RpcTypedData }>; returnValue?: RpcTypedData | null }>
}

export type ProgrammingModel = {
  name: string
  version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>
}

export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate'

export type HookCallback = (context: object) => unknown

export type RegisteredFunction = {
  metadata: CoreInvocationContext['metadata'] & Pick<FunctionMetadata, 'retryOptions'>
  callback: FunctionCallback
}

/** What the app has registered so far. */
export type AppState = {
  programmingModel: ProgrammingModel | undefined
  functions: Map<string, RegisteredFunction>
  hooks: Record<HookName, HookCallback[]>
  /** Shared by the hooks of the whole app. */
  appHookData: Record<string, unknown>
  /** Azure refuses registrations after the start. */
  started: boolean
}

/** The version of the worker whose behaviour this one follows. */
const WORKER_VERSION = '3.9.1'
const HOST_VERSION = '4.1037.0'

class SystemError extends Error {
  isAzureFunctionsSystemError = true
}

const disposable = (dispose: () => void): { dispose(): void } => ({ dispose })

const registerFunction = (
  state: AppState,
  metadata: RegisteredFunction['metadata'],
  callback: FunctionCallback,
): { dispose(): void } => {
  if (state.started) throw new SystemError('A function can only be registered during app startup.')
  if (state.functions.has(metadata.name)) {
    throw new SystemError(`A function with id "${metadata.name}" has already been registered.`)
  }
  state.functions.set(metadata.name, { metadata, callback })
  return disposable(() => {
    if (state.started) throw new SystemError('A function can only be disposed during app startup.')
    state.functions.delete(metadata.name)
  })
}

const registerHook = (state: AppState, name: string, callback: HookCallback): { dispose(): void } => {
  const hooks = Object.entries(state.hooks).find(([known]) => known === name)?.[1]
  if (hooks === undefined) {
    const error = new RangeError(`Unrecognized hook "${name}"`)
    throw Object.assign(error, { isAzureFunctionsSystemError: true })
  }
  hooks.push(callback)
  return disposable(() => {
    const index = hooks.indexOf(callback)
    if (index >= 0) hooks.splice(index, 1)
  })
}

/**
 * Makes `require('@azure/functions-core')` answer this process's core API, as Azure's worker does.
 * Must run before the app is loaded: the library caches a failed look-up for ever.
 */
export const installCoreApi = (log: (line: WorkerLog) => void): AppState => {
  const state: AppState = {
    programmingModel: undefined,
    functions: new Map(),
    hooks: { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [] },
    appHookData: {},
    started: false,
  }
  const core = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    registerHook: (name: string, callback: HookCallback) => registerHook(state, name, callback),
    setProgrammingModel: (model: ProgrammingModel) => {
      state.programmingModel = model
    },
    getProgrammingModel: () => state.programmingModel,
    log: (level: WorkerLog['level'], category: WorkerLog['category'], message: string) =>
      log({ level, category, message }),
    registerFunction: (metadata: RegisteredFunction['metadata'], callback: FunctionCallback) =>
      registerFunction(state, metadata, callback),
    Disposable: class {
      #dispose: () => void
      constructor(dispose: () => void) {
        this.#dispose = dispose
      }
      dispose(): void {
        this.#dispose()
      }
    },
  }
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, module, args: [string]) =>
      args[0] === '@azure/functions-core' ? core : Reflect.apply(target, module, args),
  })
  return state
}
