import type { RouteParameter, RouteSegment, RouteTemplate } from './parse-route.ts'

/** The route's values by parameter name; an absent optional parameter has none. */
export type RouteValues = Map<string, string>

/** Decodes a segment as Kestrel does: everything but `%2F`; what is no UTF-8 stays as it is. */
const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment.replaceAll(/%2f/gi, (slash) => `%25${slash.slice(1)}`))
  } catch {
    return segment
  }
}

/** The path of a request: decoded segments. One trailing slash counts for nothing but a catch-all's value. */
export type RequestPath = { segments: string[]; trailingSlash: boolean }

export const splitPath = (path: string): RequestPath => {
  const inner = path.replace(/^\//, '').replace(/\/$/, '')
  return {
    segments: inner === '' ? [] : inner.split('/').map(decodeSegment),
    trailingSlash: inner !== '' && path.endsWith('/'),
  }
}

/**
 * Matches a complex segment from right to left: each literal as far right as possible, each parameter at least one
 * character (`RoutePatternMatcher.MatchComplexSegment`).
 */
const matchComplex = (parts: RouteSegment, text: string): RouteValues | undefined => {
  const values: RouteValues = new Map()
  let end = text.length
  let pending: RouteParameter | undefined
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index]
    if (part === undefined) return undefined
    if (part.kind === 'parameter') {
      pending = part
      continue
    }
    const limit = end - part.text.length - (pending === undefined ? 0 : 1)
    const found = limit < 0 ? -1 : text.toLowerCase().lastIndexOf(part.text.toLowerCase(), limit)
    if (found < 0 || (pending === undefined && found !== limit)) return undefined
    if (pending !== undefined) values.set(pending.name, text.slice(found + part.text.length, end))
    pending = undefined
    end = found
  }
  if (pending === undefined) return end === 0 ? values : undefined
  if (end === 0) return undefined
  return values.set(pending.name, text.slice(0, end))
}

/** `{a}.{b?}` also matches without its last two parts, unless the text ends with the separator. */
const matchSegment = (parts: RouteSegment, text: string): RouteValues | undefined => {
  const last = parts.at(-1)
  const matched = matchComplex(parts, text)
  if (matched !== undefined || last?.kind !== 'parameter' || !last.optional) return matched
  return text.endsWith('.') ? undefined : matchComplex(parts.slice(0, -2), text)
}

const onlyParameter = (segment: RouteSegment): RouteParameter | undefined =>
  segment.length === 1 && segment[0]?.kind === 'parameter' ? segment[0] : undefined

/** What a catch-all takes: the rest of the path with its slashes, or its default. */
const takeRest = (path: RequestPath, from: number): string | undefined =>
  from < path.segments.length
    ? path.segments.slice(from).join('/') + (path.trailingSlash ? '/' : '')
    : undefined

/** The values of one segment for one piece of the path; undefined when they do not match. */
const matchPiece = (segment: RouteSegment, text: string | undefined): RouteValues | undefined => {
  const parameter = onlyParameter(segment)
  if (text === undefined) {
    if (parameter?.defaultValue !== undefined) return new Map([[parameter.name, parameter.defaultValue]])
    return parameter?.optional ? new Map() : undefined
  }
  if (text === '') return undefined
  if (parameter !== undefined) return new Map([[parameter.name, text]])
  const [only] = segment
  if (segment.length > 1 || only?.kind !== 'literal') return matchSegment(segment, text)
  return only.text.toLowerCase() === text.toLowerCase() ? new Map() : undefined
}

const matchSegments = (segments: RouteSegment[], path: RequestPath): RouteValues | undefined => {
  const values: RouteValues = new Map()
  for (const [index, segment] of segments.entries()) {
    const parameter = onlyParameter(segment)
    if (parameter?.catchAll) {
      const value = takeRest(path, index) ?? parameter.defaultValue
      return value === undefined ? values : values.set(parameter.name, value)
    }
    const matched = matchPiece(segment, path.segments[index])
    if (matched === undefined) return undefined
    for (const [name, value] of matched) values.set(name, value)
  }
  return path.segments.length > segments.length ? undefined : values
}

const satisfies = (template: RouteTemplate, values: RouteValues): boolean =>
  template.segments.flat().every((part) => {
    if (part.kind === 'literal') return true
    const value = values.get(part.name)
    if (value === undefined) return part.optional || part.constraints.length === 0
    return part.constraints.every((constraint) => constraint(value))
  })

/** The values of a path under a route, or undefined when it does not match or a constraint refuses. */
export const matchRoute = (template: RouteTemplate, path: RequestPath): RouteValues | undefined => {
  const values = matchSegments(template.segments, path)
  return values !== undefined && satisfies(template, values) ? values : undefined
}
