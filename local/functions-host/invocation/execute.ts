import type { Controls } from '../../service/control.ts'
import type { Log } from '../log.ts'
import { ProcessGoneError } from '../worker/app-process.ts'
import type { InvocationRequest, InvocationResult } from '../worker/protocol.ts'
import type { RunningApp } from '../worker/await-app.ts'

/**
 * How an invocation ended. `lost`: its process ended first. `timeout`: functionTimeout, which ends the process.
 * `refused` and `unavailable` come from a fault that a test has set.
 */
export type Outcome =
  | { ok: true; result: InvocationResult }
  | {
      ok: false
      reason: 'failed' | 'lost' | 'timeout' | 'refused' | 'unavailable'
      message: string
      result?: InvocationResult
    }

export type Execute = (running: RunningApp, request: InvocationRequest) => Promise<Outcome>

export type ExecuteOptions = {
  controls: Controls
  functionTimeoutMs: number
  log: Log
  /** Sends what a function gave to its output bindings. */
  sendOutputs(functionName: string, result: InvocationResult): Promise<void>
}

const finish = async (
  { sendOutputs }: ExecuteOptions,
  functionName: string,
  result: InvocationResult,
): Promise<Outcome> => {
  try {
    await sendOutputs(functionName, result)
    return { ok: true, result }
  } catch (error) {
    return { ok: false, reason: 'failed', message: `An output could not be sent: ${String(error)}`, result }
  }
}

/** Runs one invocation in a process: faults, functionTimeout, meter and log. Never rejects. */
export const createExecute = (options: ExecuteOptions): Execute => {
  const { controls, functionTimeoutMs, log } = options
  const { clock, faults, meter } = controls

  const run = async (running: RunningApp, request: InvocationRequest): Promise<Outcome> => {
    let timedOut = false
    const timer = Number.isFinite(functionTimeoutMs)
      ? clock.after(functionTimeoutMs, () => {
          timedOut = true
          running.process.kill()
        })
      : undefined
    try {
      const result = await running.process.invoke(request)
      if (result.error === undefined) return await finish(options, request.functionName, result)
      return { ok: false, reason: 'failed', message: result.error.stack, result }
    } catch (error) {
      if (!(error instanceof ProcessGoneError)) throw error
      return timedOut
        ? { ok: false, reason: 'timeout', message: `Timeout value of ${functionTimeoutMs} ms was exceeded.` }
        : { ok: false, reason: 'lost', message: error.message }
    } finally {
      timer?.cancel()
    }
  }

  const withFaults = async (running: RunningApp, request: InvocationRequest): Promise<Outcome> => {
    const fault = await faults.hit('invoke', request.functionName)
    if (fault === 'refuse' || fault === 'unavailable') {
      const reason = fault === 'refuse' ? 'refused' : 'unavailable'
      return { ok: false, reason, message: `A fault is set: the invocation is ${reason}.` }
    }
    const outcome = run(running, request)
    if (fault === 'drop') running.process.kill()
    return await outcome
  }

  return async (running, request) => {
    const { functionName, invocationId } = request
    const startedAt = clock.now()
    const outcome = await (faults.idle ? run(running, request) : withFaults(running, request))
    const elapsedMs = clock.now() - startedAt
    meter.count(`executions.${functionName}`)
    meter.count(`execution-ms.${functionName}`, elapsedMs)
    log({
      level: outcome.ok ? 'debug' : 'error',
      category: 'system',
      functionName,
      invocationId,
      message: outcome.ok
        ? `Executed in ${elapsedMs} ms.`
        : `Failed after ${elapsedMs} ms: ${outcome.message}`,
    })
    return outcome
  }
}
