import type { Node } from 'web-tree-sitter'
import { azureFunctions, functions } from './functions.ts'
import { only, partsOf, type Evaluate, type Scope } from './nodes.ts'
import { isOpen, nameOf, openValue, type Value } from './value.ts'

/** The lambda of an argument: the grammar reads `item => item.name` as `(item => item).name`. */
const lambdaIn = (node: Node): Node | undefined => {
  if (node.type === 'lambda_expression') return node
  const first = partsOf(node)[0]
  return first === undefined ? undefined : lambdaIn(first)
}

/** The scope inside the lambda of an argument, where its parameter is an item. */
const withItem = (argument: Node, item: Value, scope: Scope): Scope => ({
  ...scope,
  read: (name) => (name === lambdaIn(argument)?.namedChildren[0]?.text ? item : scope.read(name)),
})

const loaders: ReadonlySet<string> = new Set(['loadJsonContent', 'loadYamlContent'])

const overItems: Record<string, (list: Value[], each: (item: Value) => Value) => Value> = {
  map: (list, each) => list.map(each),
  filter: (list, each) => list.filter((item) => each(item) === true),
}

/** A call: worked out where its arguments are known, else what Azure will say. @throws for a name that is no function. */
export const evaluateCall = (node: Node, scope: Scope, evaluate: Evaluate): Value => {
  const [called, list] = partsOf(node)
  const name = only(called).text.replace(/^(az|sys)\./, '')
  const parts = partsOf(only(list))
  const loop = overItems[name]
  if (loop !== undefined) {
    const [items, lambda] = [evaluate(only(parts[0]), scope), only(parts[1])]
    if (!Array.isArray(items)) return openValue(node.text)
    return loop(items, (item) => evaluate(lambda, withItem(lambda, item, scope)))
  }
  const values = parts.map((part) => evaluate(part, scope))
  if (loaders.has(name)) return scope.load(String(values[0]))
  const work = functions[name]
  const isMethod = only(called).type === 'member_expression' && name === only(called).text
  if (work === undefined && !azureFunctions.has(name) && !isMethod)
    throw new Error(`${node.text}: there is no function ${name}.`)
  const written = values.map((value) => nameOf(value) ?? JSON.stringify(value)).join(', ')
  if (work === undefined || values.some(isOpen)) return openValue(`${name}(${written})`)
  return work(...values) ?? openValue(`${name}(${written})`)
}
