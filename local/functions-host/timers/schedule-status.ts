import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import { UsageError } from '../../service/run.ts'

/** When a timer ran and will run, in milliseconds since the epoch; Azure keeps it in a blob. */
const ScheduleStatus = z.object({ last: z.number(), next: z.number(), lastUpdated: z.number() })
export type ScheduleStatus = z.infer<typeof ScheduleStatus>

const StatusFile = z.record(z.string(), ScheduleStatus)

export type StatusStore = {
  get(functionName: string): ScheduleStatus | undefined
  set(functionName: string, status: ScheduleStatus): void
}

const load = (file: string): z.infer<typeof StatusFile> => {
  try {
    return StatusFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new UsageError(`${file} is damaged: ${String(error)}. Remove it; timers then start anew.`)
  }
}

/** Keeps the status of timers, in a file if there is one: only then is a timer past due after a restart. */
export const createStatusStore = (file: string | undefined): StatusStore => {
  const statuses = new Map(Object.entries(file === undefined ? {} : load(file)))
  return {
    get: (functionName) => statuses.get(functionName),
    set: (functionName, status) => {
      statuses.set(functionName, status)
      if (file === undefined) return
      mkdirSync(dirname(file), { recursive: true })
      // A host that is killed while it writes must not leave half a file.
      const next = `${file}.next`
      writeFileSync(next, JSON.stringify(Object.fromEntries(statuses)))
      renameSync(next, file)
    },
  }
}
