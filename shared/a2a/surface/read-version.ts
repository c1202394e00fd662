import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'

/**
 * The version a client asks for by the header or the query parameter `A2A-Version` (A2A 1.0, 3.6): only Major.Minor
 * counts, empty means 0.3, and undefined that it says nothing.
 * @throws A2aFailure VERSION_NOT_SUPPORTED
 */
export const readVersion = (headers: Headers, query: URLSearchParams): A2aVersion | undefined => {
  const asked = headers.get('a2a-version') ?? query.get('A2A-Version')
  if (asked === null) return undefined
  const [, majorMinor] = /^(\d+\.\d+)(?:\.\d+)?$/.exec(asked.trim()) ?? []
  if (asked.trim() === '' || majorMinor === '0.3') return '0.3'
  if (majorMinor === '1.0') return '1.0'
  throw a2aFailure(
    'VERSION_NOT_SUPPORTED',
    `The requested A2A protocol version '${asked}' is not supported. Ask for 1.0 or 0.3.`,
  )
}
