import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import type { AppSettings } from './read-settings.ts'

const Sample = z.strictObject({
  IsEncrypted: z.literal(false),
  Values: z.record(z.string(), z.string()),
  Host: z.strictObject({ LocalHttpPort: z.literal(7071) }),
})

export const SAMPLE = resolve(import.meta.dirname, '../../../local.settings.sample.json')

/** The values of local.settings.sample.json. */
export const readSample = (): AppSettings => Sample.parse(JSON.parse(readFileSync(SAMPLE, 'utf8'))).Values
