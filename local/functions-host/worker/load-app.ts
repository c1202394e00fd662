import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { AppState } from './core-api.ts'
import type { FunctionMetadata } from './protocol.ts'
import { runHooks } from './run-hooks.ts'

/** The capabilities of Azure's Node worker, before the library adds its own. */
const WORKER_CAPABILITIES = {
  RawHttpBodyBytes: 'true',
  RpcHttpBodyOnly: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
}

const importEntryPoint = async (path: string): Promise<void> => {
  try {
    createRequire(path)(path)
  } catch (error) {
    const isModule =
      error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_REQUIRE_ASYNC_MODULE')
    if (!isModule) throw error
    await import(pathToFileURL(path).href)
  }
}

const toMetadata = (state: AppState): FunctionMetadata[] =>
  [...state.functions.values()].map(({ metadata }) => {
    const bindings = Object.entries(metadata.bindings).map(([name, binding]) =>
      JSON.parse(JSON.stringify({ ...binding, name })),
    )
    return metadata.retryOptions
      ? { name: metadata.name, bindings, retryOptions: JSON.parse(JSON.stringify(metadata.retryOptions)) }
      : { name: metadata.name, bindings }
  })

/**
 * Loads the app's entry points, lets the library start (its HTTP server in streaming mode) and runs the appStart hooks.
 * @throws what the app throws while it loads.
 */
export const loadApp = async (
  state: AppState,
  app: { directory: string; entryPoints: string[] },
): Promise<{ functions: FunctionMetadata[]; capabilities: Record<string, string> }> => {
  for (const entryPoint of app.entryPoints) await importEntryPoint(entryPoint)
  const capabilities = { ...WORKER_CAPABILITIES }
  const withLibrary = (await state.programmingModel?.getCapabilities?.(capabilities)) ?? capabilities
  await runHooks(state, 'appStart', {
    hookData: {},
    appHookData: state.appHookData,
    functionAppDirectory: app.directory,
  })
  state.started = true
  return { functions: toMetadata(state), capabilities: withLibrary }
}
