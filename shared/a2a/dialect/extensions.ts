import type { A2aVersion } from '../../contract/a2a/dialect.ts'

/** The header that names extensions: those a client asks for, and those an agent has activated (A2A 1.0, 3.2.6). */
export const EXTENSIONS_HEADER = {
  '1.0': 'a2a-extensions',
  '0.3': 'x-a2a-extensions',
} as const satisfies Record<A2aVersion, string>

/** URIs with commas between them, of a length that every server takes. */
const LIST = /^[\x20-\x7e]{1,8192}$/

/** The extensions that headers name, by either name of the header; what is no list of URIs is left out. */
export const readExtensions = (get: (name: string) => string | null | undefined): string | undefined => {
  const list = get(EXTENSIONS_HEADER['1.0']) ?? get(EXTENSIONS_HEADER['0.3']) ?? ''
  return LIST.test(list) ? list : undefined
}
