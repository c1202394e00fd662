import { StringDecoder } from 'node:string_decoder'
import type { LogLevel } from './protocol.ts'

type Write = typeof process.stdout.write

/**
 * Turns what the app writes to stdout and stderr into log lines, in the async context that wrote them, so that each
 * carries its function and invocation. Text without a line end is kept until it comes, or the process ends.
 */
export const captureOutput = (onLine: (level: LogLevel, line: string) => void): void => {
  for (const [stream, level] of [
    [process.stdout, 'information'],
    [process.stderr, 'warning'],
  ] as const) {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    const write = (chunk: Uint8Array | string, encoding?: unknown, done?: unknown): boolean => {
      rest += typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(level, line)
      const callback = typeof encoding === 'function' ? encoding : done
      if (typeof callback === 'function') queueMicrotask(() => callback())
      return true
    }
    stream.write = write as Write
    process.on('exit', () => {
      if (rest !== '') onLine(level, rest)
    })
  }
}
