type NameOf<Part extends string> = Part extends `*${infer Name}`
  ? NameOf<Name>
  : Part extends `${infer Name}:${string}` | `${infer Name}?`
    ? Name
    : Part

/** The names of the parameters of a route: 'id' | 'rest' for "v1/tasks/{id}/{*rest}". */
export type ParamsOf<Route extends string> = Route extends `${string}{${infer Part}}${infer Rest}`
  ? NameOf<Part> | ParamsOf<Rest>
  : never

export type RoutePattern<Param extends string> = {
  /**
   * The values of the parameters for a raw path, or undefined when the path is not of this route.
   * @throws URIError when the path is not percent-encoded UTF-8.
   */
  match(rawPath: string): Record<Param, string> | undefined
}

/** `{name}`, `{name?}`, `{*rest}`, `{**rest}`, each also with constraints. */
const PARAMETER = /\{(?<stars>\*{0,2})(?<name>\w+)(?::[^{}]*)?(?<optional>\??)\}/

const escape = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

/** One piece between or around the parameters of a segment such as "{id}:cancel". */
const compilePiece = (piece: string): string => {
  const { name, stars, optional } = PARAMETER.exec(piece)?.groups ?? {}
  if (name !== undefined && stars === '' && optional === '') return `(?<${name}>[^/]+)`
  if (/[{}*]/.test(piece)) throw new Error(`A guard does not understand "${piece}" in a route.`)
  return escape(piece)
}

const compileSegment = (segment: string, index: number): string => {
  const slash = index === 0 ? '' : '/'
  const whole = PARAMETER.exec(segment)
  const { name, stars, optional } = whole?.[0] === segment ? (whole.groups ?? {}) : {}
  if (stars) return `(?:${slash}(?<${name}>.*))?`
  if (optional) return `(?:${slash}(?<${name}>[^/]+))?`
  return (
    slash +
    segment
      .split(/(\{[^{}]*\})/)
      .map(compilePiece)
      .join('')
  )
}

const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '')

/** Decodes a raw path as the Functions host does: everything but "/" inside a segment. */
const decodePath = (rawPath: string): string => decodeURIComponent(rawPath.replace(/%2F/gi, '%252F'))

/** The rest of the decoding. The host's proxy sends on an encoded "/" as "%252F", so both forms arrive. */
const decodeSlashes = (value: string): string => value.replace(/%2F/gi, '/')

/**
 * Compiles a route of the Functions host: literals (not case-sensitive), `{name}`, `{name?}`, `{*rest}` and segments
 * such as `{id}:cancel`. Constraints are left to the host. An absent optional parameter is ''.
 * Values are decoded once and fully: "a%2Fb" is "a/b".
 * @throws Error for a route it does not understand.
 */
export const compileRoute = <const Route extends string>(route: Route): RoutePattern<ParamsOf<Route>> => {
  const pattern = new RegExp(`^${trimSlashes(route).split('/').map(compileSegment).join('')}$`, 'is')
  return {
    match: (rawPath) => {
      const found = pattern.exec(trimSlashes(decodePath(rawPath)))
      if (found === null) return undefined
      const values = Object.entries(found.groups ?? {}).map(([name, value]) => [
        name,
        decodeSlashes(value ?? ''),
      ])
      return Object.fromEntries(values)
    },
  }
}
