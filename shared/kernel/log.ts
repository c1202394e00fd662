import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from './clock.ts'
import { describeError } from './log/describe-error.ts'
import { redact } from './log/redact.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Facts of an entry: correlation_id, task_id, agent_id, function, … `error` takes any thrown value. */
export type LogFields = Record<string, unknown>

export type Log = {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A log that adds these fields to every entry. */
  child(fields: LogFields): Log
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

const context = new AsyncLocalStorage<LogFields>()

/** Runs `work` so that every entry written during it, however deep, carries these fields. */
export const withLogFields = <Result>(fields: LogFields, work: () => Result): Result =>
  context.run({ ...context.getStore(), ...fields }, work)

export type LogOptions = {
  level: LogLevel
  clock: Clock
  /** Takes one line without its line break. Default: stdout. */
  write?: (line: string) => void
  fields?: LogFields
}

const toStdout = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const format = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item))
  } catch {
    return JSON.stringify({ level: 'error', message: 'A log entry could not be written as JSON.' })
  }
}

/**
 * A log of one JSON object a line: time, level, message, then the fields of the entry, of the log and of the context.
 * Secrets are redacted by the names of their keys; stacks are written at level debug only.
 */
export const createLog = (options: LogOptions): Log => {
  const { level, clock, write = toStdout } = options

  const logOf = (bound: LogFields): Log => {
    const entry =
      (at: LogLevel) =>
      (message: string, fields: LogFields = {}) => {
        if (order[at] < order[level]) return
        const { error, ...rest } = { ...context.getStore(), ...bound, ...fields }
        const described =
          error === undefined ? {} : { error: describeError(error, { withStack: level === 'debug' }) }
        const head = { time: new Date(clock.now()).toISOString(), level: at, message }
        write(format({ ...head, ...redact({ ...rest, ...described }), ...head }))
      }
    return {
      debug: entry('debug'),
      info: entry('info'),
      warn: entry('warn'),
      error: entry('error'),
      child: (fields) => logOf({ ...bound, ...fields }),
    }
  }

  return logOf(options.fields ?? {})
}
