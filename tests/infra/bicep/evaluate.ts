import type { Node } from 'web-tree-sitter'
import { evaluateCall } from './evaluate-call.ts'
import { only, partsOf, type Scope } from './nodes.ts'
import { evaluateOperator } from './operators.ts'
import { isFields, isOpen, nameOf, openValue, Reference, type Fields, type Value } from './value.ts'

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

const textPart = (node: Node, scope: Scope): string => {
  if (node.type === 'string_content') return node.text
  if (node.type === 'escape_sequence') return escapes[node.text.slice(1)] ?? node.text.slice(1)
  const value = evaluate(only(partsOf(node)[0]), scope)
  const name = nameOf(value)
  if (name !== undefined) return openValue(name)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const memberOf = (object: Value, name: string, node: Node): Value => {
  if (object instanceof Reference) return object.members[name] ?? openValue(`${object.text}.${name}`)
  if (isOpen(object)) return openValue(`${nameOf(object) ?? object}.${name}`)
  const value = isFields(object) ? object[name] : undefined
  if (value !== undefined) return value
  // A safe access ends the whole chain: `a.?b.c` is null where there is no b.
  if (node.text.includes('.?')) return null
  throw new Error(`${node.text}: there is no ${name}.`)
}

const nestedIn = (resource: Value, name: string, node: Node): Value => {
  const found = resource instanceof Reference ? resource.nested[name] : undefined
  if (found === undefined) throw new Error(`${node.text}: there is no such resource inside.`)
  return found
}

const itemOf = (list: Value, index: Value, node: Node): Value => {
  if (isOpen(list) || isOpen(index)) return openValue(`${nameOf(list) ?? node.text}[${String(index)}]`)
  if (!Array.isArray(list)) return memberOf(list, String(index), node)
  const item = list[Number(index)]
  if (item === undefined) throw new Error(`${node.text}: there is no item ${String(index)}.`)
  return item
}

/** An object; a value of null is kept: it leaves the property out on Azure. */
const fieldsOf = (node: Node, scope: Scope): Fields => {
  const fields: Fields = {}
  for (const property of partsOf(node)) {
    const [key, value] = partsOf(property)
    if (key === undefined || value === undefined) continue
    const name = key.type === 'string' ? String(evaluate(key, scope)) : key.text
    if (name in fields) throw new Error(`${name} stands twice in an object.`)
    fields[name] = evaluate(value, scope)
  }
  return fields
}

/** The scopes of a loop, one for each item. */
export const scopesOf = (node: Node, scope: Scope): Scope[] => {
  const parts = partsOf(node)
  const [variable, ...rest] = parts[0]?.type === 'for_loop_parameters' ? partsOf(parts[0]) : [only(parts[0])]
  const list = evaluate(only(parts[1]), scope)
  if (!Array.isArray(list)) throw new Error(`${only(parts[1]).text}: what is looped over is not known.`)
  return list.map((item, index) => ({
    ...scope,
    read: (name) => {
      if (name === variable?.text) return item
      return name === rest[0]?.text ? index : scope.read(name)
    },
  }))
}

/** Whether an `if (…)` holds, and what it stands before. */
export const conditionOf = (node: Node, scope: Scope): { holds: boolean; body: Node } => {
  if (node.type !== 'if_statement') return { holds: true, body: node }
  const [condition, body] = partsOf(node)
  const value = evaluate(only(condition), scope)
  if (typeof value !== 'boolean') throw new Error(`${only(condition).text}: the condition is not known.`)
  return { holds: value, body: only(body) }
}

const itemsOf = (node: Node, scope: Scope): Value[] =>
  scopesOf(node, scope).flatMap((inner) => {
    const { holds, body } = conditionOf(only(partsOf(node)[2]), inner)
    return holds ? [evaluate(body, inner)] : []
  })

/** What an expression is worth where its names mean what `scope` says. @throws when it cannot be one. */
export const evaluate = (node: Node, scope: Scope): Value => {
  const parts = partsOf(node)
  switch (node.type) {
    case 'number':
      return Number(node.text)
    case 'boolean':
      return node.text === 'true'
    case 'null':
      return null
    case 'string':
      return parts.map((part) => textPart(part, scope)).join('')
    case 'array':
      return parts.map((part) => evaluate(part, scope))
    case 'object':
      return fieldsOf(node, scope)
    case 'identifier':
      return scope.read(node.text)
    case 'parenthesized_expression':
      return evaluate(only(parts[0]), scope)
    case 'lambda_expression':
      return evaluate(only(parts.at(-1)), scope)
    case 'for_statement':
      return itemsOf(node, scope)
    case 'member_expression':
      return memberOf(evaluate(only(parts[0]), scope), only(parts[1]).text, node)
    case 'resource_expression':
      return nestedIn(evaluate(only(parts[0]), scope), only(parts[1]).text, node)
    case 'subscript_expression':
      return itemOf(evaluate(only(parts[0]), scope), evaluate(only(parts[1]), scope), node)
    case 'call_expression':
      return evaluateCall(node, scope, evaluate)
    default:
      return evaluateOperator(node, (part) => evaluate(part, scope))
  }
}
