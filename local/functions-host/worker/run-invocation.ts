import type { AppState, CoreInvocationContext } from './core-api.ts'
import type { Hang, InvocationRequest, InvocationResult, WorkerLog } from './protocol.ts'
import { runHooks } from './run-hooks.ts'
import type { ResponseWatch } from './watch-responses.ts'

export type InvocationDependencies = {
  state: AppState
  responses: ResponseWatch
  log(line: WorkerLog): void
}

const describe = (error: unknown): { name: string; message: string; stack: string } =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? error.message }
    : { name: 'Error', message: String(error), stack: String(error) }

type Progress = { step: Hang; nothing: boolean }

/** The order of Azure's worker: arguments, preInvocation hooks, handler, postInvocation hooks, response. */
const runSteps = async (
  { state, log }: InvocationDependencies,
  request: InvocationRequest,
  progress: Progress,
): Promise<InvocationResult> => {
  const registered = state.functions.get(request.functionName)
  const model = state.programmingModel
  if (registered === undefined || model === undefined) {
    throw new Error(`Function code for '${request.functionName}' is not loaded and cannot be invoked.`)
  }
  const { invocationId, functionName } = request
  const coreContext: CoreInvocationContext = {
    invocationId,
    request,
    metadata: registered.metadata,
    state: undefined,
    log: (level, category, message) => log({ level, category, message, functionName, invocationId }),
  }
  const invocation = model.getInvocationModel(coreContext)
  const { context, inputs } = await invocation.getArguments()
  const shared = { hookData: {}, appHookData: state.appHookData, invocationContext: context }
  const before = { ...shared, functionCallback: registered.callback, inputs }
  coreContext.state = 'preInvocationHooks'
  await runHooks(state, 'preInvocation', before)

  const after: { result: unknown; error: unknown } = { result: null, error: null }
  coreContext.state = 'invocation'
  try {
    after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error
  }
  coreContext.state = 'postInvocationHooks'
  const afterContext = Object.assign({ ...shared, inputs: before.inputs }, after)
  await runHooks(state, 'postInvocation', afterContext)
  coreContext.state = undefined
  if (afterContext.error !== null && afterContext.error !== undefined) throw afterContext.error

  progress.step = 'the body of its response broke'
  progress.nothing = afterContext.result === null || afterContext.result === undefined
  const response = await invocation.getResponse(context, afterContext.result)
  return {
    invocationId,
    outputData: response.outputData ?? [],
    ...(response.returnValue === undefined ? {} : { returnValue: response.returnValue }),
  }
}

/** Runs one invocation; never rejects. `hang` tells that nobody will ever end the proxied HTTP response. */
export const runInvocation = async (
  dependencies: InvocationDependencies,
  request: InvocationRequest,
): Promise<InvocationResult> => {
  const { invocationId } = request
  const progress: Progress = { step: 'it threw', nothing: false }
  const withHang = (result: InvocationResult, hang: Hang): InvocationResult =>
    dependencies.responses.isUnanswered(invocationId) ? { ...result, hang } : result
  try {
    const result = await runSteps(dependencies, request, progress)
    return progress.nothing ? withHang(result, 'it returned nothing') : result
  } catch (error) {
    return withHang({ invocationId, outputData: [], error: describe(error) }, progress.step)
  } finally {
    dependencies.responses.forget(invocationId)
  }
}
