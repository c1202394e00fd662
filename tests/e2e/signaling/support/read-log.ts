import * as z from 'zod'
import type { TestCloud } from '../../support/start-test-cloud.ts'

const Entry = z.looseObject({ level: z.string(), message: z.string() })
export type LogEntry = z.infer<typeof Entry>

/** What the app has logged so far. */
export const readLog = ({ lines }: TestCloud): LogEntry[] =>
  lines.flatMap((line) => {
    const json = /^app [^{]*(\{.*\})$/.exec(line)?.[1]
    if (json === undefined) return []
    const parsed = Entry.safeParse(JSON.parse(json))
    return parsed.success ? [parsed.data] : []
  })
