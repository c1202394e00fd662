import * as z from 'zod'
import type { ServiceLine } from './spawn-service.ts'

/** One line of the gateway's log, as far as it is laid out here; the rest follows as `name=value`. */
const LogLine = z.looseObject({
  level: z.string(),
  message: z.string(),
  time: z.string().optional(),
  timestamp: z.string().optional(),
  function: z.string().optional(),
})

/** The log line in a text: all of it, or what follows the functions host's own `time level function: `. */
const parse = (text: string): z.infer<typeof LogLine> | undefined => {
  const json = /^(?:[\d:.]+ \w{4} [^{:]+: )?(?<json>\{.*\})$/.exec(text)?.groups?.['json']
  if (json === undefined) return undefined
  try {
    return LogLine.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

const formatValue = (value: unknown): string =>
  typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)

/** A line for people: `12:00:01.123 info  events-ingest  stored  task_id=t1 seq=3`; what is no JSON log line stays as it is. */
export const formatLine = ({ service, text }: ServiceLine): string => {
  const line = parse(text)
  if (line === undefined) return `${service.padEnd(11)} ${text}`
  const { level, message, time, timestamp, function: name, ...rest } = line
  const clock = /T(?<clock>[\d:.]+)/.exec(time ?? timestamp ?? '')?.groups?.['clock'] ?? ''
  const details = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${formatValue(value)}`)
  return [service.padEnd(11), clock, level.padEnd(5), name, message, ...details].filter(Boolean).join(' ')
}
