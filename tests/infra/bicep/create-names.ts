import { lazy } from '../../../shared/kernel/lazy.ts'
import { checkValue } from './check-value.ts'
import { evaluate } from './evaluate.ts'
import type { Scope } from './nodes.ts'
import type { Declarations, Parameter } from './read-declarations.ts'
import type { Fields, Value } from './value.ts'

/** The names of a file; what they mean is worked out when it is asked for, as their order is free. */
export type Names = { scope: Scope; define: (name: string, read: () => Value) => void }

type Place = { given: Fields; load: Scope['load'] }

const readParameter = (parameter: Parameter, given: Fields, scope: Scope): Value => {
  const { name, type, defaultValue } = parameter
  const value = given[name]
  if (value !== undefined && value !== null) return checkValue(parameter, value)
  if (defaultValue !== undefined) return checkValue(parameter, evaluate(defaultValue, scope))
  if (type.endsWith('?')) return null
  throw new Error(`the parameter ${name} is not given.`)
}

/** The parameters and variables of a file. @throws for a parameter that it does not have. */
export const createNames = ({ parameters, variables }: Declarations, { given, load }: Place): Names => {
  const names = new Map<string, () => Value>()
  const read = (name: string): Value => {
    const found = names.get(name)
    if (found === undefined) throw new Error(`there is no ${name}.`)
    return found()
  }
  const scope = { read, load }
  const define: Names['define'] = (name, read) => {
    if (names.has(name)) throw new Error(`${name} is declared twice.`)
    names.set(name, read)
  }

  const declared = new Set(parameters.map(({ name }) => name))
  const extra = Object.keys(given).filter((name) => !declared.has(name))
  if (extra.length > 0) throw new Error(`there is no parameter ${extra.join(', ')}.`)
  for (const parameter of parameters)
    define(
      parameter.name,
      lazy(() => readParameter(parameter, given, scope)),
    )
  for (const [name, node] of variables)
    define(
      name,
      lazy(() => evaluate(node, scope)),
    )
  return { scope, define }
}
