import type { Node } from 'web-tree-sitter'
import { evaluate } from './evaluate.ts'
import { only, partsOf, type Scope } from './nodes.ts'
import type { Value } from './value.ts'

/** What a decorator is given: `minValue` of `@minValue(1)` is [1]. */
export type Decorators = Readonly<Record<string, Value[]>>

export type Parameter = {
  name: string
  /** As it is written: `int`, `string?`, `('a' | 'b')[]`. */
  type: string
  decorators: Decorators
  defaultValue: Node | undefined
}

export type Declaration = {
  symbol: string
  /** The type with its version, or the file of a module. */
  target: string
  isExisting: boolean
  /** The object, or what leads to it: a condition, a loop. */
  body: Node
  /** The comment lines directly above, and those inside. */
  comments: string[]
  /** The resources that are declared inside its object. */
  nested: Declaration[]
}

export type Declarations = {
  targetScope: string
  parameters: Parameter[]
  variables: Map<string, Node>
  resources: Declaration[]
  modules: Declaration[]
  outputs: Map<string, Node>
  /** The names that expressions mention. */
  used: ReadonlySet<string>
}

const refuse = (name: string): never => {
  throw new Error(`${name}: a decorator takes plain values alone.`)
}
const noNames: Scope = { read: refuse, load: refuse }

const decoratorsOf = (node: Node | undefined): Decorators => {
  if (node?.type !== 'decorators') return {}
  const calls = partsOf(node).map((decorator) => only(partsOf(decorator)[0]))
  return Object.fromEntries(
    calls.map((call) => {
      const [name, list] = partsOf(call)
      return [
        only(name).text.replace(/^sys\./, ''),
        partsOf(only(list)).map((part) => evaluate(part, noNames)),
      ]
    }),
  )
}

const readParameter = (node: Node, decorators: Decorators): Parameter => {
  const [name, type, defaultValue] = partsOf(node)
  return { name: only(name).text, type: only(type).text, decorators, defaultValue }
}

const nestedIn = (body: Node): Declaration[] =>
  body.type === 'object'
    ? partsOf(body)
        .flatMap(partsOf)
        .filter(({ type }) => type === 'resource_declaration')
        .map((node) => readDeclaration(node, []))
    : []

const readDeclaration = (node: Node, above: string[]): Declaration => {
  const [symbol, target, body] = partsOf(node)
  const inside = node.descendantsOfType('comment').flatMap((comment) => (comment ? [comment.text] : []))
  return {
    symbol: only(symbol).text,
    target: only(target).text.slice(1, -1),
    isExisting: node.children.some((child) => child?.type === 'existing'),
    body: only(body),
    comments: [...above, ...inside],
    nested: nestedIn(only(body)),
  }
}

/** The names of an `output` or a `var`, with what they are. */
const namedIn = (nodes: Node[], type: string): Map<string, Node> => {
  const named = new Map<string, Node>()
  for (const node of nodes.filter((each) => each.type === type)) {
    const name = only(partsOf(node)[0]).text
    if (named.has(name)) throw new Error(`${name} is declared twice.`)
    named.set(name, only(partsOf(node).at(-1)))
  }
  return named
}

/** Where an identifier is the name of what is declared, or a key. */
const naming = /_declaration$|^object_property$|^loop_variable$|^compatible_identifier$/

const usedIn = (root: Node): ReadonlySet<string> =>
  new Set(
    root.descendantsOfType('identifier').flatMap((identifier) => {
      const parent = identifier.parent
      const isName = parent !== null && naming.test(parent.type) && partsOf(parent)[0]?.id === identifier.id
      return isName ? [] : [identifier.text]
    }),
  )

/** The statements with the decorators and comments above each. */
const withAbove = (root: Node): { node: Node; decorators: Decorators; above: string[] }[] => {
  let decorators: Node | undefined
  let above: string[] = []
  return root.namedChildren.flatMap((node) => {
    if (node.type === 'decorators') decorators = node
    else if (node.type === 'comment') above.push(node.text)
    else if (node.type !== 'diagnostic_comment') {
      const statement = { node, decorators: decoratorsOf(decorators), above }
      decorators = undefined
      above = []
      return [statement]
    }
    return []
  })
}

/** What a file of Bicep declares. */
export const readDeclarations = (root: Node): Declarations => {
  const statements = withAbove(root)
  const declared = (type: string): Declaration[] =>
    statements.filter(({ node }) => node.type === type).map(({ node, above }) => readDeclaration(node, above))
  const scope = statements.find(({ node }) => node.type === 'target_scope_assignment')
  const nodes = statements.map(({ node }) => node)
  return {
    targetScope: scope === undefined ? 'resourceGroup' : only(partsOf(scope.node)[0]).text.slice(1, -1),
    parameters: statements
      .filter(({ node }) => node.type === 'parameter_declaration')
      .map(({ node, decorators }) => readParameter(node, decorators)),
    variables: namedIn(nodes, 'variable_declaration'),
    resources: declared('resource_declaration'),
    modules: declared('module_declaration'),
    outputs: namedIn(nodes, 'output_declaration'),
    used: usedIn(root),
  }
}
