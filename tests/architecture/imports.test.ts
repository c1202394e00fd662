import { expect, test } from 'vitest'
import { listFiles, readImports, readSource, type Import } from './read-sources.ts'
import {
  environmentReaders,
  localServices,
  roomOf,
  rooms,
  roomsOfTests,
  topLevelFiles,
  type Room,
} from './rooms.ts'

const sources = listFiles('**/*.ts').filter((path) => !topLevelFiles.test(path))
const isTest = (path: string): boolean => /\.test(suite)?\.ts$/.test(path)

/** The sources whose import, given by room, is not allowed, as `file → target`. */
const breaches = (kind: Import['kind'], isBreach: (path: string, target: string) => boolean): string[] =>
  sources.flatMap((path) =>
    readImports(path)
      .filter((imported) => imported.kind === kind && isBreach(path, imported.target))
      .map(({ target }) => `${path} → ${target}`),
  )

const settingsOf = (path: string): Room => rooms[roomOf(path) ?? ''] ?? { rooms: [], azure: [] }

test('the sources and their imports are found', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(sources).toContain('shared/contract/topology.ts')
  const imports = readImports('tests/architecture/imports.test.ts')
  expect(imports).toContainEqual({ kind: 'module', target: 'vitest' })
  expect(imports).toContainEqual({ kind: 'file', target: 'tests/architecture/rooms.ts' })
})

test('every source stands in a room of the import table', () => {
  expect(sources.filter((path) => roomOf(path) === undefined)).toEqual([])
})

test('a room imports only itself and the rooms that the table gives it', () => {
  const found = breaches('file', (path, target) => {
    const [from, to] = [roomOf(path), roomOf(target)]
    const allowed = [...settingsOf(path).rooms, ...(isTest(path) ? roomsOfTests : [])]
    return to === undefined || (to !== from && !allowed.includes(to))
  })
  expect(found).toEqual([])
})

test('an Azure SDK is imported only where the table names it; tests beside a source may use what they test against', () => {
  const found = breaches('module', (path, target) => {
    const { azure } = settingsOf(path)
    const name = target.split('/').slice(0, 2).join('/')
    return name.startsWith('@azure/') && azure !== 'all' && !azure.includes(name) && !isTest(path)
  })
  expect(found).toEqual([])
})

test('what crosses a wire needs no Node and no package but zod', () => {
  const found = breaches(
    'module',
    (path, target) => settingsOf(path).azure === 'none' && target !== 'zod' && !isTest(path),
  )
  expect(found).toEqual([])
})

test.each(localServices)('local/%s shares with the other local services the kit alone', (service) => {
  const others = localServices.filter((other) => other !== service).map((other) => `local/${other}/`)
  const found = breaches(
    'file',
    (path, target) =>
      path.startsWith(`local/${service}/`) && others.some((other) => target.startsWith(other)),
  )
  expect(found).toEqual([])
})

test('a test is imported by nobody', () => {
  expect(breaches('file', (_path, target) => target.endsWith('.test.ts'))).toEqual([])
})

test('production code does not import test libraries', () => {
  const tools = new Set(['vitest', 'fast-check', 'eventsource', 'playwright-core'])
  const found = breaches(
    'module',
    (path, target) => tools.has(target) && !isTest(path) && !/^(tests|bench|examples)\//.test(path),
  )
  expect(found).toEqual([])
})

test('the environment is read only where configuration is', () => {
  const readers = sources.filter((path) => /\bprocess\s*(\.|\[\s*['"])env\b/.test(readSource(path)))
  expect(readers.filter((path) => !environmentReaders.test(path) && !isTest(path))).toEqual([])
})
