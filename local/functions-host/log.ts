import type { WorkerLog } from './worker/protocol.ts'

/** One line of the host or of the app. `process` is the role of the app process that wrote it. */
export type LogLine = WorkerLog & { time: string; process?: string }

export type Log = (line: WorkerLog & { process?: string }) => void

const SHORT = {
  trace: 'trce',
  debug: 'dbug',
  information: 'info',
  warning: 'warn',
  error: 'fail',
  critical: 'crit',
}

/** Stamps lines with the time. */
export const createLog =
  (onLog: (line: LogLine) => void, now: () => number): Log =>
  (line) =>
    onLog({ time: new Date(now()).toISOString(), ...line })

/** One readable line for a terminal: time, level, function, invocation, message. */
export const formatLog = (line: LogLine): string => {
  const source = line.functionName ?? line.process ?? 'host'
  const invocation = line.invocationId === undefined ? '' : ` ${line.invocationId.slice(0, 8)}`
  return `${line.time.slice(11, 23)} ${SHORT[line.level]} ${source}${invocation}: ${line.message}`
}
