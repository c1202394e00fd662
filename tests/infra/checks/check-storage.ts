import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CONTAINERS, TABLES } from '../../../shared/contract/storage.ts'
import type { Infra } from '../create-infra.ts'
import { compareLines } from './compare-lines.ts'
import { madeOf, valueAt } from './resources.ts'

const SHARED = resolve(import.meta.dirname, '../../../shared')
const STORAGE = 'Microsoft.Storage/storageAccounts'

/** What the code opens: the only two ways there are take names of these lists. */
const opened = globSync(['compose.ts', 'compose/*.ts'], { cwd: SHARED }).flatMap((file) =>
  [...readFileSync(join(SHARED, file), 'utf8').matchAll(/\b(table|folder)\('(\w+)'/g)].map(
    ([, kind = '', name = '']) => `${kind === 'table' ? 'table' : 'container'} ${name}`,
  ),
)

const listed = [...TABLES.map((name) => `table ${name}`), ...CONTAINERS.map((name) => `container ${name}`)]

/** Where the site gets its package from. */
const packagesUrl = (infra: Infra): string => {
  const [site] = madeOf(infra.deployWith(), 'Microsoft.Web/sites')
  return String(valueAt(site?.body, 'properties', 'functionAppConfig', 'deployment', 'storage', 'value'))
}

/** Containers out of which Azure deletes what is old. */
const swept = (infra: Infra): string[] =>
  madeOf(infra.deployWith(), `${STORAGE}/managementPolicies`).flatMap((policy) => {
    const rules = [valueAt(policy.body, 'properties', 'policy', 'rules') ?? []].flat()
    const prefixes = rules.flatMap((rule) => valueAt(rule, 'definition', 'filters', 'prefixMatch') ?? [])
    return prefixes.map((prefix) => `container ${String(prefix).replace(/\/.*/, '')}`)
  })

/** The tables and containers against the list of what the gateway opens (shared/contract/storage.ts). */
export const checkStorage = (infra: Infra): string[] => {
  const deployment = infra.deployWith()
  const named = (kind: string, type: string): string[] =>
    madeOf(deployment, `${STORAGE}/${type}`).map(({ names }) => `${kind} ${names.at(-1) ?? ''}`)
  const containers = named('container', 'blobServices/containers')
  const url = packagesUrl(infra)
  const packages = containers.filter((line) => url.endsWith(`}${line.replace('container ', '')}`))
  return [
    ...compareLines(listed, [...new Set(opened)]).map((line) => `in the code ${line}`),
    ...compareLines(
      listed,
      [...named('table', 'tableServices/tables'), ...containers].filter((line) => !packages.includes(line)),
    ),
    ...swept(infra)
      .filter((line) => !listed.includes(line) || line === 'container quarantine')
      .map((line) => `what is old is deleted out of ${line}`),
    ...(packages.length === 1 ? [] : [`the package is looked for in ${url}, which is no container`]),
  ]
}
