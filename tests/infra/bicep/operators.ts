import type { Node } from 'web-tree-sitter'
import { isOpen, openValue, type Value } from './value.ts'

type Evaluate = (node: Node) => Value

const compare: Record<string, (left: Value, right: Value) => Value> = {
  '==': (left, right) => JSON.stringify(left) === JSON.stringify(right),
  '!=': (left, right) => JSON.stringify(left) !== JSON.stringify(right),
  '>': (left, right) => Number(left) > Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
  '<': (left, right) => Number(left) < Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '+': (left, right) => Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Math.trunc(Number(left) / Number(right)),
  '%': (left, right) => Number(left) % Number(right),
}

const fieldOf = (node: Node, name: string): Node => {
  const found = node.childForFieldName(name)
  if (found === null) throw new Error(`${node.text}: this form of Bicep is not read here (${node.type}).`)
  return found
}

/** `a && b` is known as soon as one of them is false; `decisive` is that one, for `||` true. */
const combine = (decisive: boolean, left: Value, right: Value): Value | undefined => {
  if (left === decisive || right === decisive) return decisive
  if (left === !decisive) return right
  return right === !decisive ? left : undefined
}

const evaluateBinary = (node: Node, evaluate: Evaluate): Value => {
  const operator = fieldOf(node, 'operator').text
  const left = evaluate(fieldOf(node, 'left'))
  // As on Azure, the right side counts only where the left one does not decide.
  if (operator === '&&' && left === false) return false
  if (operator === '||' && left === true) return true
  if (operator === '??' && left !== null) return left
  const right = evaluate(fieldOf(node, 'right'))
  if (operator === '??') return right
  if (operator === '&&' || operator === '||')
    return combine(operator === '||', left, right) ?? openValue(node.text)
  if (isOpen(left) || isOpen(right)) return openValue(node.text)
  const work = compare[operator]
  if (work === undefined) throw new Error(`${node.text}: the operator ${operator} is not read here.`)
  return work(left, right)
}

const evaluateUnary = (node: Node, evaluate: Evaluate): Value => {
  const value = evaluate(fieldOf(node, 'argument'))
  if (isOpen(value)) return openValue(node.text)
  return fieldOf(node, 'operator').text === '!' ? !value : -Number(value)
}

/** `a ? b : c`, `a == b`, `!a` and the like. */
export const evaluateOperator = (node: Node, evaluate: Evaluate): Value => {
  if (node.type === 'binary_expression') return evaluateBinary(node, evaluate)
  if (node.type === 'unary_expression') return evaluateUnary(node, evaluate)
  const condition = evaluate(fieldOf(node, 'condition'))
  if (isOpen(condition)) return openValue(node.text)
  return evaluate(fieldOf(node, condition === true ? 'consequence' : 'alternative'))
}
