import { createConstraint, type Constraint, type ConstraintCall } from './route-constraints.ts'

export type RouteParameter = {
  kind: 'parameter'
  name: string
  optional: boolean
  catchAll: boolean
  defaultValue?: string
  constraints: Constraint[]
}

export type RoutePart = { kind: 'literal'; text: string } | RouteParameter

/** A route between slashes; more than one part makes it a complex segment such as `{id}:cancel`. */
export type RouteSegment = RoutePart[]

/** A route template as ASP.NET Core's `TemplateParser` understands it. */
export type RouteTemplate = { text: string; segments: RouteSegment[] }

/** Cuts at `separator` outside parentheses. */
const splitOutside = (text: string, separator: string): string[] => {
  const pieces: string[] = []
  let depth = 0
  let from = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth += 1
    else if (text[index] === ')') depth -= 1
    else if (text[index] === separator && depth === 0) {
      pieces.push(text.slice(from, index))
      from = index + 1
    }
  }
  return [...pieces, text.slice(from)]
}

const readConstraint = (text: string): ConstraintCall => {
  const open = text.indexOf('(')
  if (open < 0 || !text.endsWith(')')) return { name: text, argument: undefined }
  return { name: text.slice(0, open), argument: text.slice(open + 1, -1) }
}

/** Reads what stands between the braces: `*rest`, `id:int:min(3)`, `page=1`, `id?`. */
const parseParameter = (source: string): RouteParameter => {
  const stars = /^\*{0,2}/.exec(source)?.[0].length ?? 0
  const [declaration = '', ...defaults] = splitOutside(source.slice(stars), '=')
  const optional = defaults.length === 0 && declaration.endsWith('?')
  const [name = '', ...constraints] = splitOutside(optional ? declaration.slice(0, -1) : declaration, ':')
  if (name === '' || /[{}/?*]/.test(name)) throw new Error(`the parameter name in {${source}} is invalid`)
  if (optional && stars > 0) throw new Error(`the catch-all parameter {${source}} cannot be optional`)
  return {
    kind: 'parameter',
    name,
    optional,
    catchAll: stars > 0,
    ...(defaults.length > 0 ? { defaultValue: defaults.join('=') } : {}),
    constraints: constraints.map((text) => createConstraint(readConstraint(text))),
  }
}

/** Reads text and `{parameters}` up to the next slash outside braces; `{{` and `}}` are braces themselves. */
const parseSegments = (route: string): RouteSegment[] => {
  const segments: RouteSegment[] = [[]]
  let literal = ''
  const flush = (): void => {
    if (literal !== '') segments.at(-1)?.push({ kind: 'literal', text: literal })
    literal = ''
  }
  for (let index = 0; index < route.length; index++) {
    const char = route.charAt(index)
    const doubled = route.charAt(index + 1) === char
    if ((char === '{' || char === '}') && doubled) {
      literal += char
      index += 1
    } else if (char === '{') {
      flush()
      const end = closingBrace(route, index)
      segments.at(-1)?.push(parseParameter(unescape(route.slice(index + 1, end))))
      index = end
    } else if (char === '}') {
      throw new Error('there is a } without its {')
    } else if (char === '/') {
      flush()
      segments.push([])
    } else literal += char
  }
  flush()
  return segments
}

const closingBrace = (route: string, open: number): number => {
  for (let index = open + 1; index < route.length; index++) {
    const char = route.charAt(index)
    if (char !== '{' && char !== '}') continue
    if (route.charAt(index + 1) === char) index += 1
    else if (char === '}') return index
    else break
  }
  throw new Error('there is a { without its }')
}

const unescape = (text: string): string => text.replaceAll('{{', '{').replaceAll('}}', '}')

const checkSegment = (segment: RouteSegment, last: boolean): void => {
  segment.forEach((part, index) => {
    if (part.kind === 'literal') return
    const before = segment[index - 1]
    if (before?.kind === 'parameter') throw new Error('two parameters must have a literal between them')
    if (part.catchAll && (segment.length > 1 || !last)) {
      throw new Error(`the catch-all parameter ${part.name} must be the whole last segment`)
    }
    if (!part.optional || segment.length === 1) return
    if (index !== segment.length - 1 || before?.kind !== 'literal' || before.text !== '.') {
      throw new Error(`the optional parameter ${part.name} must end its segment, after a "."`)
    }
  })
}

/**
 * Parses the route of a function. Leading and trailing slashes do not count.
 * @throws Error saying what is wrong with it.
 */
export const parseRoute = (route: string): RouteTemplate => {
  const text = route.replace(/^\/|\/$/g, '')
  const segments = text === '' ? [] : parseSegments(text)
  segments.forEach((segment, index) => {
    if (segment.length === 0) throw new Error('a segment between two slashes is empty')
    checkSegment(segment, index === segments.length - 1)
  })
  const names = segments
    .flat()
    .flatMap((part) => (part.kind === 'parameter' ? [part.name.toLowerCase()] : []))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`the parameter ${twice} appears more than once`)
  return { text, segments }
}
