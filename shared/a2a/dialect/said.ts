import type { Said, Shape } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { translateEvent, translateResult } from './translate.ts'

/** The result of an operation, or an event of a stream. */
export type SaidKind = Operation | 'event'

/**
 * What an agent said, in the shape of 1.0, with its own words where they are of another shape.
 * @throws A2aFailure INVALID_AGENT_RESPONSE
 */
export const toSaid = (kind: SaidKind, text: string, shape: Shape): Said => {
  if (shape === '1.0') return { text }
  const original = { shape, text }
  if (kind === 'event') return { text: translateEvent(text, shape, '1.0'), original }
  return { text: translateResult(kind, text, shape, '1.0'), original }
}

/**
 * What an agent said, in the shape that is asked for: its own words where it spoke so.
 * @throws A2aFailure INVALID_AGENT_RESPONSE
 */
export const sayAs = (kind: SaidKind, said: Said, shape: Shape): string => {
  if (shape === '1.0') return said.text
  if (said.original?.shape === shape) return said.original.text
  if (kind === 'event') return translateEvent(said.text, '1.0', shape)
  return translateResult(kind, said.text, '1.0', shape)
}
