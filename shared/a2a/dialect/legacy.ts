import type * as z from 'zod'
import type { Shape } from '../../contract/a2a/dialect.ts'
import type { JsonObject } from './json-object.ts'

/** The shapes of 0.3: JSON-RPC, and REST. 1.0 is the hub; each noun knows the way from there and back. */
export type Legacy = Exclude<Shape, '1.0'>

/** A schema per legacy shape: it checks a value of the one shape and makes it one of the other. */
export type Ways = Readonly<Record<Legacy, z.ZodType<JsonObject>>>

export const eachLegacy = <Value>(make: (shape: Legacy) => Value): Readonly<Record<Legacy, Value>> => ({
  '0.3': make('0.3'),
  '0.3-rest': make('0.3-rest'),
})
