import type { IncomingHttpHeaders } from 'node:http'
import type { ServiceContext } from '../context.ts'
import { decodeSegment } from '../decode-segment.ts'
import type { Hub } from '../hubs/hub.ts'

/** A request of the data plane whose path matched. */
export type RestRequest = {
  context: ServiceContext
  hub: Hub
  /** Decoded values of the path's `{names}`. */
  params: Readonly<Record<string, string>>
  url: URL
  headers: IncomingHttpHeaders
  body: Buffer
}

export type RestReply = { status: number; body?: unknown }

/** One operation. `path` is what follows `/api/hubs/{hub}`. */
export type RestRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  path: string
  answer(request: RestRequest): RestReply | Promise<RestReply>
}

/**
 * Matches a raw path against a template, segment by segment. A path is split before it is decoded, so that a name may
 * contain a slash.
 * @returns the values of the `{names}`, or undefined.
 */
export const matchPath = (template: string, path: string): Record<string, string> | undefined => {
  const expected = template.split('/')
  const actual = path.split('/')
  if (expected.length !== actual.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of expected.entries()) {
    const segment = decodeSegment(actual[index] ?? '')
    if (segment === undefined) return undefined
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment
    else if (part !== segment) return undefined
  }
  return params
}
