import * as z from 'zod'
import type { Payload } from '../../hubs/payload.ts'
import { ClientFrame } from './client-frame.ts'

/** A frame that the sub-protocol does not have; its sender is closed with 1007. */
export class FrameError extends Error {
  override name = 'FrameError'
}

const canonical = (names: readonly string[]): Map<string, string> =>
  new Map(names.map((name) => [name.toLowerCase(), name]))

const types = canonical(ClientFrame.options.map(({ shape }) => shape.type.value))
const members = canonical(ClientFrame.options.flatMap(({ shape }) => Object.keys(shape)))

const asCanonical = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [members.get(name.toLowerCase()) ?? name, member]),
  )

/**
 * Reads a text frame. Azure takes the names of members and types in any case.
 * @throws FrameError when it is not JSON, of an unknown type, or a member is missing or wrong.
 */
export const parseFrame = (text: string): ClientFrame => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FrameError('The frame is not JSON.')
  }
  if (typeof value !== 'object' || value === null) throw new FrameError('The frame is not a JSON object.')
  const frame = asCanonical(value)
  frame['type'] = types.get(String(frame['type']).toLowerCase())
  const parsed = ClientFrame.safeParse(frame)
  if (parsed.success) return parsed.data
  throw new FrameError(z.prettifyError(parsed.error).replace(/\s+/g, ' '))
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The payload of a frame.
 * @throws FrameError when the data does not fit its type; null is no data of any type.
 */
export const readFramePayload = ({
  dataType,
  data,
}: {
  dataType: 'text' | 'json' | 'binary' | 'protobuf'
  data?: unknown
}): Payload => {
  if (data === undefined || data === null) throw new FrameError('The frame has no data.')
  if (dataType === 'json') return { dataType, json: JSON.stringify(data) }
  if (typeof data !== 'string') throw new FrameError(`Data of type ${dataType} must be a string.`)
  if (dataType === 'text') return { dataType, text: data }
  if (!BASE64.test(data)) throw new FrameError(`Data of type ${dataType} must be base64.`)
  return { dataType, bytes: Buffer.from(data, 'base64') }
}
