import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import { EXTENSIONS_HEADER, readExtensions } from '../dialect/extensions.ts'

const TRAVELS = /^(a2a-.+|traceparent|tracestate|x-from-agent)$/

/** Of a client's headers those that an agent gets, as its version of A2A names them. */
export const travellingHeaders = (
  headers: Readonly<Record<string, string>>,
  version: A2aVersion,
): Record<string, string> => {
  const travelling = Object.entries(headers).filter(
    ([name]) => TRAVELS.test(name) && name !== 'a2a-version' && name !== 'a2a-extensions',
  )
  const extensions = readExtensions((name) => headers[name])
  return {
    ...Object.fromEntries(travelling),
    ...(version === '1.0' ? { 'a2a-version': '1.0' } : {}),
    ...(extensions === undefined ? {} : { [EXTENSIONS_HEADER[version]]: extensions }),
  }
}
