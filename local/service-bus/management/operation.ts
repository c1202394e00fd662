import { plain, type Typed } from '../amqp/rhea.ts'
import type { Destination } from '../entities/namespace.ts'
import { ServiceError } from '../entities/service-error.ts'
import type { Broker } from '../links/broker.ts'

/** What an operation of `$management` works with. */
export type Context = {
  broker: Broker
  destination: Destination
  /** The receiver or sender on whose behalf the client asks. */
  linkName: string | undefined
}

export type Answer = {
  status: number
  description?: string
  condition?: string
  body?: Typed
}

/** `body` is the map of the request. May throw ServiceError. */
export type Operation = (context: Context, body: ReadonlyMap<string, Typed>) => Answer

const bad = (key: string, wanted: string): ServiceError =>
  new ServiceError('com.microsoft:argument-error', `The request needs '${key}', ${wanted}.`)

/** A 64-bit integer as a number: sequence numbers of this broker stay below 2^53. */
const asNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  return Buffer.isBuffer(value) && value.length === 8 ? Number(value.readBigInt64BE()) : undefined
}

/** Readers of the members of a request body. All but `optional…` throw ServiceError when the member is missing. */
export const member = {
  number: (body: ReadonlyMap<string, Typed>, key: string): number => {
    const value = asNumber(plain(body.get(key)))
    if (value === undefined) throw bad(key, 'a number')
    return value
  },
  numbers: (body: ReadonlyMap<string, Typed>, key: string): number[] => {
    const values = plain(body.get(key))
    const numbers = Array.isArray(values) ? values.map(asNumber) : []
    if (numbers.length === 0 || numbers.includes(undefined)) throw bad(key, 'an array of numbers')
    return numbers.filter((number) => number !== undefined)
  },
  text: (body: ReadonlyMap<string, Typed>, key: string): string => {
    const value = plain(body.get(key))
    if (typeof value !== 'string') throw bad(key, 'a text')
    return value
  },
  optionalText: (body: ReadonlyMap<string, Typed>, key: string): string | undefined => {
    const value = plain(body.get(key))
    return typeof value === 'string' ? value : undefined
  },
  /** UUIDs in the byte order of RFC 4122. */
  tokens: (body: ReadonlyMap<string, Typed>, key: string): Buffer[] => {
    const values = plain(body.get(key))
    const tokens = Array.isArray(values) ? values.filter((value) => Buffer.isBuffer(value)) : []
    if (tokens.length === 0) throw bad(key, 'an array of UUIDs')
    return tokens
  },
}
