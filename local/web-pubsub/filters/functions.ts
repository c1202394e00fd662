import type { Term, Value, ValueType } from './term.ts'

type StringFunction = {
  parameters: readonly ValueType[]
  /** How many of the last parameters may be left out. */
  optional?: number
  type: ValueType
  apply: (text: string, second: string, third: number | undefined) => Value
}

const one = ['string'] as const
const two = ['string', 'string'] as const

const functions: Record<string, StringFunction> = {
  length: { parameters: one, type: 'int', apply: (text) => text.length },
  tolower: { parameters: one, type: 'string', apply: (text) => text.toLowerCase() },
  toupper: { parameters: one, type: 'string', apply: (text) => text.toUpperCase() },
  trim: { parameters: one, type: 'string', apply: (text) => text.trim() },
  contains: { parameters: two, type: 'boolean', apply: (text, part) => text.includes(part) },
  startswith: { parameters: two, type: 'boolean', apply: (text, part) => text.startsWith(part) },
  endswith: { parameters: two, type: 'boolean', apply: (text, part) => text.endsWith(part) },
  indexof: { parameters: two, type: 'int', apply: (text, part) => text.indexOf(part) },
  concat: { parameters: two, type: 'string', apply: (text, tail) => text + tail },
  substring: {
    parameters: ['string', 'int', 'int'],
    optional: 1,
    type: 'string',
    apply: (text, start, length) => {
      const from = Math.max(0, Number(start))
      return text.slice(from, length === undefined ? undefined : from + Math.max(0, length))
    },
  },
}

/**
 * The call of a function. With a null among its arguments a string or a number is null, a yes-or-no is false.
 * @returns the reason when there is no such function or the arguments do not fit.
 */
export const callFunction = (name: string, args: readonly Term[]): Term | string => {
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (called === undefined)
    return `There is no function '${name}'. Known: ${Object.keys(functions).join(', ')}`
  const { parameters, optional = 0, type, apply } = called
  const fits = args.every((argument, index) => argument.type === parameters[index])
  if (!fits || args.length < parameters.length - optional) {
    return `'${name}' takes (${parameters.join(', ')})`
  }
  return {
    type,
    evaluate: (subject) => {
      const [text, second, third] = args.map(({ evaluate }) => evaluate(subject))
      if (text === null || second === null) return type === 'boolean' ? false : null
      return apply(String(text), String(second), third === undefined ? undefined : Number(third))
    },
  }
}
