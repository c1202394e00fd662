import { dirname, join } from 'node:path/posix'
import { lazy } from '../../../shared/kernel/lazy.ts'
import { createNames } from './create-names.ts'
import { conditionOf, evaluate, scopesOf } from './evaluate.ts'
import { only, partsOf, type Scope } from './nodes.ts'
import type { Declaration, Declarations } from './read-declarations.ts'
import { readResource, type Resource } from './read-resource.ts'
import { fieldsIn, Reference, type Fields, type Value } from './value.ts'

/** A module as it is called. */
export type ModuleCall = { file: string; symbol: string; from: string; parameters: Fields }

export type Deployment = { resources: Resource[]; modules: ModuleCall[]; outputs: Fields }

/** What a deployment is made of. */
export type Sources = {
  /** The files of Bicep by their paths. */
  files: ReadonlyMap<string, Declarations>
  /** Reads a data file. @throws when there is none. */
  load(path: string): Value
}

type Body = { text: string; fields: Fields }

/** What a declaration makes: nothing where its condition does not hold, one for each round of a loop. */
const bodiesOf = ({ body, symbol }: Declaration, scope: Scope): Body[] => {
  const bodyIn = (text: string, node: Declaration['body'], inner: Scope): Body[] => {
    const { holds, body: object } = conditionOf(node, inner)
    return holds ? [{ text, fields: fieldsIn(evaluate(object, inner)) }] : []
  }
  if (body.type !== 'for_statement') return bodyIn(symbol, body, scope)
  const inside = only(partsOf(body)[2])
  return scopesOf(body, scope).flatMap((inner, index) => bodyIn(`${symbol}[${index}]`, inside, inner))
}

type Made = { found: Deployment; reference: Reference }

type Place = { declaration: Declaration; sources: Sources; file: string; scope: Scope; outer?: Resource }

const makeResource = (place: Place, { text, fields }: Body): Made => {
  const { declaration, scope } = place
  const resource = readResource(declaration, fields, place)
  const inner = declaration.nested.flatMap((nested) =>
    bodiesOf(nested, scope).map((body) =>
      makeResource({ ...place, declaration: nested, outer: resource }, body),
    ),
  )
  const { type, names, body } = resource
  return {
    found: {
      resources: [resource, ...inner.flatMap(({ found }) => found.resources)],
      modules: [],
      outputs: {},
    },
    reference: new Reference(
      text,
      { name: body['name'] ?? null, type, names },
      Object.fromEntries(inner.map(({ reference }) => [reference.text, reference])),
    ),
  }
}

const callModule = ({ declaration, sources, file: from }: Place, { text, fields }: Body): Made => {
  const parameters = fieldsIn(fields['params'] ?? {})
  const file = join(dirname(from), declaration.target)
  const inner = deploy(sources, file, parameters)
  const call = { file, symbol: declaration.symbol, from, parameters }
  return {
    found: { ...inner, modules: [call, ...inner.modules] },
    reference: new Reference(text, { outputs: inner.outputs }),
  }
}

const deployFile = (sources: Sources, file: string, given: Fields): Deployment => {
  const declared = sources.files.get(file)
  if (declared === undefined) throw new Error('there is no such file in the infrastructure.')
  const { scope, define } = createNames(declared, {
    given,
    load: (path) => sources.load(join(dirname(file), path)),
  })
  const all = [
    ...declared.resources.map((declaration) => ({ declaration, make: makeResource })),
    ...declared.modules.map((declaration) => ({ declaration, make: callModule })),
  ].map(({ declaration, make }) => {
    const made = lazy(() =>
      bodiesOf(declaration, scope).map((body) => make({ declaration, sources, file, scope }, body)),
    )
    define(declaration.symbol, () => {
      const references = made().map(({ reference }) => reference)
      if (declaration.body.type === 'for_statement') return references
      return references[0] ?? null
    })
    return made
  })
  const found = all.flatMap((made) => made().map((each) => each.found))
  return {
    resources: found.flatMap(({ resources }) => resources),
    modules: found.flatMap(({ modules }) => modules),
    outputs: Object.fromEntries([...declared.outputs].map(([name, node]) => [name, evaluate(node, scope)])),
  }
}

/**
 * Works out what a file of Bicep deploys with these parameters, modules included, as far as it can be known before.
 * @throws for a name, a parameter or a function that is not there, and for a condition or a loop that only Azure can decide.
 */
export const deploy = (sources: Sources, file: string, parameters: Fields): Deployment => {
  try {
    return deployFile(sources, file, parameters)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
