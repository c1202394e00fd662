import { AsyncLocalStorage } from 'node:async_hooks'
import { installCoreApi } from './core-api.ts'
import { loadApp } from './load-app.ts'
import { createOutbox } from './outbox.ts'
import type { FromWorker, InvocationRequest, ToWorker, WorkerLog } from './protocol.ts'
import { captureOutput } from './capture-output.ts'
import { runHooks } from './run-hooks.ts'
import { runInvocation } from './run-invocation.ts'
import { watchResponses } from './watch-responses.ts'

/** The program of an app process: loads the bundle and runs invocations that the host sends. */

const outbox = createOutbox<FromWorker>((messages, sent) => {
  if (process.connected) process.send?.([...messages], undefined, undefined, sent)
  else sent()
})
/** At once: the app may hang or die after what it says. */
const log = (line: WorkerLog, sent?: () => void): void => {
  outbox.put({ type: 'log', ...line })
  outbox.flush(sent)
}
process.on('exit', () => outbox.flush())

const running = new AsyncLocalStorage<{ functionName: string; invocationId: string }>()
captureOutput((level, message) => log({ level, category: 'user', message, ...running.getStore() }))

/** Azure's worker ends at any uncaught exception and unhandled rejection, and takes every running invocation along. */
process.on('uncaughtException', (error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `Uncaught exception, the app ends: ${text}`
  log({ level: 'critical', category: 'system', message }, () => process.exit(1))
})
process.on('disconnect', () => process.exit(0))
if (!process.connected) process.exit(0)
/** Ctrl-C reaches the whole process group; the host stops its workers itself. */
process.on('SIGINT', () => undefined)

const responses = watchResponses()
const state = installCoreApi(log)

const terminate = async (): Promise<void> => {
  try {
    await runHooks(state, 'appTerminate', { hookData: {}, appHookData: state.appHookData })
  } catch (error) {
    log({ level: 'error', category: 'system', message: `An appTerminate hook failed: ${String(error)}` })
  }
  log({ level: 'debug', category: 'system', message: 'The app terminates.' }, () => process.exit(0))
}

const load = async (app: ToWorker & { type: 'start' }): Promise<void> => {
  try {
    outbox.put({ type: 'started', ...(await loadApp(state, app)) })
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    log({ level: 'critical', category: 'system', message: stack ?? message })
    outbox.put({ type: 'failed', message: message.split('\n')[0] ?? message })
  }
}

const invoke = (request: InvocationRequest): void => {
  const { functionName, invocationId } = request
  void running.run({ functionName, invocationId }, async () => {
    outbox.put({ type: 'result', result: await runInvocation({ state, responses, log }, request) })
  })
}

process.on('message', (messages: ToWorker[]) => {
  for (const message of messages) {
    if (message.type === 'invoke') invoke(message.request)
    else if (message.type === 'start') void load(message)
    else void terminate()
  }
})

outbox.put({ type: 'listening' })
