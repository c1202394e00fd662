import * as z from 'zod'
import { PARTS } from '../../../shared/kernel/config/server-settings.ts'
import type { Parameter } from '../bicep/read-declarations.ts'
import type { Value } from '../bicep/value.ts'
import type { Infra } from '../create-infra.ts'
import { readSettings } from '../settings/read-settings.ts'
import { settingsOf } from './check-settings.ts'

const ParameterFile = z.object({ parameters: z.record(z.string(), z.strictObject({ value: z.string() })) })

/** The one that is worked out by itself, as only a default may ask for the time. */
const internal = ['thisMonth']

const checkParameter = ({ name, type, decorators }: Parameter): string[] => {
  const { description, allowed, minValue, maxValue } = decorators
  const isBounded = allowed !== undefined || (minValue !== undefined && maxValue !== undefined)
  return [
    ...(String(description?.[0] ?? '').length > 10 ? [] : [`${name} is not described`]),
    ...(type !== 'int' || isBounded ? [] : [`${name} is not bounded`]),
  ]
}

/** What the parameters' file names, each by a variable of its own of the azd environment. */
const checkFile = (infra: Infra, parameters: readonly Parameter[]): string[] => {
  const text = infra.texts.get('main.parameters.json') ?? '{}'
  const values = ParameterFile.parse(JSON.parse(text)).parameters
  const variables = Object.values(values).map(({ value }) => /^\$\{(\w+)\}$/.exec(value)?.[1])
  const declared = new Set(parameters.map(({ name }) => name))
  return [
    ...Object.keys(values)
      .filter((name) => !declared.has(name))
      .map((name) => `main.parameters.json: there is no parameter ${name}`),
    ...parameters
      .filter(({ name }) => !(name in values) && !internal.includes(name))
      .map(({ name }) => `main.parameters.json does not give ${name}`),
    ...Object.keys(values)
      .filter((_, index) => variables.indexOf(variables[index]) !== index || variables[index] === undefined)
      .map((name) => `main.parameters.json: ${name} has no variable of its own`),
  ]
}

/** Texts that are not free. */
const longest: Readonly<Record<string, string>> = { parts: PARTS.join(', ') }

/** The least and the most that a parameter takes, a text as long as it may be. */
const boundsOf = ({ name, decorators }: Parameter): Value[] => {
  const { minValue = [], maxValue = [], maxLength = [] } = decorators
  return [...minValue, ...maxValue, ...maxLength.map((length) => longest[name] ?? 'a'.repeat(Number(length)))]
}

/** Deploys with the bounds of a parameter: the app must have no problem with them. */
const checkBounds = (infra: Infra, parameter: Parameter): string[] =>
  boundsOf(parameter).flatMap((bound) => {
    const settings = settingsOf(infra.deployWith({ [parameter.name]: bound }))
    return readSettings(settings).config.problems.map(
      ({ message }) => `${parameter.name} may be ${String(bound)}, but: ${message}`,
    )
  })

/** Names that a file declares and never uses. */
const unused = (infra: Infra): string[] =>
  [...infra.files].flatMap(([file, { parameters, variables, resources, used }]) =>
    [
      ...parameters.map(({ name }) => name),
      ...variables.keys(),
      ...resources.filter(({ isExisting }) => isExisting).map(({ symbol }) => symbol),
    ]
      .filter((name) => !used.has(name))
      .map((name) => `${file}: ${name} is not used`),
  )

/** What a person may choose: described, bounded, passed on by azd; nothing is declared in vain. */
export const checkParameters = (infra: Infra): string[] => {
  const parameters = infra.files.get('main.bicep')?.parameters ?? []
  return [
    ...parameters.flatMap(checkParameter),
    ...checkFile(infra, parameters),
    ...parameters.flatMap((parameter) => checkBounds(infra, parameter)),
    ...unused(infra),
  ]
}
