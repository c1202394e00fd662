import type { FilterSubject, Term, Value } from './term.ts'

const orderings: Record<string, (left: number, right: number) => boolean> = {
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
}

const comparable = (left: Term, right: Term): boolean =>
  left.type === right.type || left.type === 'null' || right.type === 'null'

export const isComparison = (word: string): boolean =>
  word === 'eq' || word === 'ne' || Object.hasOwn(orderings, word)

/** `left word right`, or the reason why that cannot be. Only integers have an order. */
export const compare = (word: string, left: Term, right: Term): Term | string => {
  const order = orderings[word]
  if (order === undefined) {
    if (!comparable(left, right)) return `'${word}' cannot compare ${left.type} with ${right.type}`
    const isEqual = (subject: FilterSubject): boolean => left.evaluate(subject) === right.evaluate(subject)
    return { type: 'boolean', evaluate: word === 'eq' ? isEqual : (subject) => !isEqual(subject) }
  }
  if (left.type !== 'int' || right.type !== 'int') return `'${word}' compares integers only`
  return {
    type: 'boolean',
    evaluate: (subject) => {
      const [first, second] = [left.evaluate(subject), right.evaluate(subject)]
      return typeof first === 'number' && typeof second === 'number' && order(first, second)
    },
  }
}

/** `and` or `or` of two terms, or the reason why not. */
export const combine = (word: 'and' | 'or', left: Term, right: Term): Term | string => {
  if (left.type !== 'boolean' || right.type !== 'boolean') {
    return `'${word}' needs a condition on both sides, not ${left.type} and ${right.type}`
  }
  return {
    type: 'boolean',
    evaluate:
      word === 'and'
        ? (subject) => left.evaluate(subject) === true && right.evaluate(subject) === true
        : (subject) => left.evaluate(subject) === true || right.evaluate(subject) === true,
  }
}

export const negate = (term: Term): Term | string =>
  term.type === 'boolean'
    ? { type: 'boolean', evaluate: (subject) => term.evaluate(subject) !== true }
    : `'not' needs a condition, not ${term.type}`

/** `term in groups`, or `term in ('a', 'b')`. */
export const isIn = (term: Term, list: 'groups' | readonly Term[]): Term | string => {
  if (list === 'groups') {
    if (term.type !== 'string') return "'in groups' needs a string before it"
    return {
      type: 'boolean',
      evaluate: (subject) => {
        const group = term.evaluate(subject)
        return typeof group === 'string' && subject.groups.has(group)
      },
    }
  }
  if (!list.every((item) => comparable(term, item))) return `'in' needs values of type ${term.type}`
  return {
    type: 'boolean',
    evaluate: (subject) => {
      const value: Value = term.evaluate(subject)
      return list.some((item) => item.evaluate(subject) === value)
    },
  }
}
