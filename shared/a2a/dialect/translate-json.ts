import type * as z from 'zod'
import type { Shape } from '../../contract/a2a/dialect.ts'
import { parseJson } from '../../kernel/json.ts'
import { issuesOf } from '../../kernel/parse.ts'
import type { A2aFailure } from '../a2a-failure.ts'
import type { Legacy } from './legacy.ts'

type Schemas = Readonly<Record<Legacy, z.ZodType>>

/** From which shape to which. */
export type Way = readonly [from: Shape, to: Shape]

/** How a noun gets from 0.3 to 1.0 (`read`) and back (`write`), and what is said of a text that is no such noun. */
export type Translation = {
  read: Schemas
  write: Schemas
  fail(shape: Shape, rule: string): A2aFailure
}

const checkWith = (schema: z.ZodType, value: unknown, fail: (rule: string) => A2aFailure): unknown => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = issuesOf(result.error)
  const field = issue?.field ?? ''
  throw fail(`${field === '' ? 'the value itself' : field}: ${issue?.rule}`)
}

const parse = (text: string, fail: (rule: string) => A2aFailure): unknown => {
  try {
    return parseJson(text).value
  } catch {
    throw fail('the value itself: it is no JSON')
  }
}

/** JSON text of one shape as JSON text of another; the very same text when the shape is the same. */
export const translateJson = (text: string, [from, to]: Way, translation: Translation): string => {
  if (from === to) return text
  const { read, write } = translation
  const fail = (rule: string): A2aFailure => translation.fail(from, rule)
  const given = parse(text, fail)
  const hub = from === '1.0' ? given : checkWith(read[from], given, fail)
  return JSON.stringify(to === '1.0' ? hub : checkWith(write[to], hub, fail))
}
