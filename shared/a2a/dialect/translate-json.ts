import type * as z from 'zod'
import type { Shape } from '../../contract/a2a/dialect.ts'
import { parseJson } from '../../kernel/json.ts'
import { issuesOf } from '../../kernel/parse.ts'
import type { A2aFailure } from '../a2a-failure.ts'
import type { Legacy } from './legacy.ts'

type Schemas = Readonly<Record<Legacy, z.ZodType>>

/** How a noun gets from 0.3 to 1.0 (`read`) and back (`write`), and what is said of a text that is no such noun. */
export type Translation = {
  read: Schemas
  write: Schemas
  fail(shape: Shape, rule: string): A2aFailure
}

const check = (schema: z.ZodType, value: unknown, shape: Shape, fail: Translation['fail']): unknown => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = issuesOf(result.error)
  const field = issue?.field ?? ''
  throw fail(shape, `${field === '' ? 'the value itself' : field}: ${issue?.rule}`)
}

const parse = (text: string, shape: Shape, fail: Translation['fail']): unknown => {
  try {
    return parseJson(text).value
  } catch {
    throw fail(shape, 'the value itself: it is no JSON')
  }
}

/** JSON text of one shape as JSON text of another; the very same text when the shape is the same. */
export const translateJson = (text: string, from: Shape, to: Shape, translation: Translation): string => {
  if (from === to) return text
  const { read, write, fail } = translation
  const given = parse(text, from, fail)
  const hub = from === '1.0' ? given : check(read[from], given, from, fail)
  return JSON.stringify(to === '1.0' ? hub : check(write[to], hub, from, fail))
}
