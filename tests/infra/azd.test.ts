import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { openParser } from './bicep/open-parser.ts'
import { madeOf, valueAt } from './checks/resources.ts'
import { createInfra } from './create-infra.ts'
import { readTexts } from './read-texts.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const Project = z.looseObject({
  infra: z.object({ provider: z.literal('bicep'), path: z.string(), module: z.string() }),
  hooks: z.record(z.string(), z.object({ run: z.string(), kind: z.string() })),
  services: z.record(
    z.string(),
    z.strictObject({
      project: z.literal('.'),
      language: z.literal('ts'),
      host: z.literal('function'),
      dist: z.string(),
      remoteBuild: z.boolean(),
    }),
  ),
})

const { infra, hooks, services } = Project.parse(parse(read('azure.yaml')))
const deployment = createInfra(await openParser(), readTexts()).deployWith()

test('azd finds the infrastructure and the hooks where they are', () => {
  expect(existsSync(join(ROOT, infra.path, `${infra.module}.bicep`))).toBe(true)
  expect(Object.values(hooks).map(({ run }) => existsSync(join(ROOT, run)))).toEqual([true])
})

test('what the build writes is deployed as it is, and settings of a machine are not', () => {
  expect(Object.values(services)).toEqual([expect.objectContaining({ dist: 'dist/app', remoteBuild: false })])
  const ignored = read('.funcignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  // Where node_modules are ignored, azd wants to build on Azure, which remoteBuild: false refuses.
  expect(ignored).not.toContainEqual(expect.stringContaining('node_modules'))
  expect(ignored).toContain('local.settings.json')
})

test('azd finds the site by its tags, and everything that can have tags has that of the environment', () => {
  const [site] = madeOf(deployment, 'Microsoft.Web/sites')
  expect(valueAt(site?.body, 'tags', 'azd-service-name')).toBe(Object.keys(services)[0])
  const tagged = deployment.resources.filter(({ body, isExisting }) => !isExisting && 'location' in body)
  expect(tagged.filter(({ body }) => valueAt(body, 'tags', 'azd-env-name') !== 'test')).toEqual([])
  expect(tagged.length).toBeGreaterThan(5)
})

test('a resource is written in one version everywhere', () => {
  const versions = new Map(deployment.resources.map(({ type, version }) => [type, version]))
  const others = deployment.resources.filter(({ type, version }) => versions.get(type) !== version)
  expect(others.map(({ type, version, file }) => `${file}: ${type}@${version}`)).toEqual([])
  expect([...versions.values()].filter((version) => !/^20\d\d-\d\d-\d\d$/.test(version))).toEqual([])
})
