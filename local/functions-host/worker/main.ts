import { AsyncLocalStorage } from 'node:async_hooks'
import { installCoreApi } from './core-api.ts'
import { loadApp } from './load-app.ts'
import type { FromWorker, ToWorker, WorkerLog } from './protocol.ts'
import { captureOutput } from './capture-output.ts'
import { runHooks } from './run-hooks.ts'
import { runInvocation } from './run-invocation.ts'
import { watchResponses } from './watch-responses.ts'

/** The program of an app process: loads the bundle and runs invocations that the host sends. */

const send = (message: FromWorker, sent?: () => void): void => {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent?.()
}
const log = (line: WorkerLog): void => send({ type: 'log', ...line })

const running = new AsyncLocalStorage<{ functionName: string; invocationId: string }>()
captureOutput((level, message) => log({ level, category: 'user', message, ...running.getStore() }))

/** Azure's worker ends at any uncaught exception and unhandled rejection, and takes every running invocation along. */
process.on('uncaughtException', (error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  send(
    {
      type: 'log',
      level: 'critical',
      category: 'system',
      message: `Uncaught exception, the app ends: ${text}`,
    },
    () => process.exit(1),
  )
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
  send({ type: 'log', level: 'debug', category: 'system', message: 'The app terminates.' }, () =>
    process.exit(0),
  )
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'terminate') {
    void terminate()
  } else if (message.type === 'start') {
    loadApp(state, message).then(
      (app) => send({ type: 'started', ...app }),
      (error: unknown) => {
        const { message, stack } = error instanceof Error ? error : new Error(String(error))
        log({ level: 'critical', category: 'system', message: stack ?? message })
        send({ type: 'failed', message: message.split('\n')[0] ?? message })
      },
    )
  } else {
    const { functionName, invocationId } = message.request
    void running.run({ functionName, invocationId }, async () => {
      send({ type: 'result', result: await runInvocation({ state, responses, log }, message.request) })
    })
  }
})

send({ type: 'listening' })
