import { homedir } from 'node:os'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, readSource, ROOT } from './read-sources.ts'

const sources = listFiles('**/*.ts')
const MAX_LINES = 300

/** Counted as the linter counts: without blank lines and comments. */
const codeLines = (source: string): number =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length

const isText = (path: string): boolean =>
  /\.(ts|tsx|json|md|ya?ml|html|css|bicep|sh|conf)$|^\.ci\//.test(path)

test('files are named in kebab-case', () => {
  const odd = sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.ts$/.test(basename(path)))
  expect(odd).toEqual([])
})

test('folders are named in kebab-case', () => {
  const folders = new Set(sources.flatMap((path) => dirname(path).split('/')))
  expect([...folders].filter((name) => !/^\.?[a-z0-9]+(-[a-z0-9]+)*$|^\.$/.test(name))).toEqual([])
})

test('no file is a drawer: utils, helpers, common, misc', () => {
  const drawers = /^(utils?|helpers?|common|misc|shared)\.ts$/
  expect(sources.filter((path) => drawers.test(basename(path)))).toEqual([])
})

test('there is no barrel but that of the client', () => {
  expect(sources.filter((path) => basename(path) === 'index.ts' && path !== 'client/index.ts')).toEqual([])
  const reexports = sources.filter((path) => /^export (\*|\{[^}]*\}) from/m.test(readSource(path)))
  expect(reexports.filter((path) => path !== 'client/index.ts')).toEqual([])
})

test(`no source has more than ${MAX_LINES} lines of code`, () => {
  expect(sources.filter((path) => codeLines(readSource(path)) > MAX_LINES)).toEqual([])
})

test('a test stands beside the source that it names', () => {
  const orphans = sources
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('tests/'))
    .filter((path) => !sources.includes(path.replace(/\.test\.ts$/, '.ts')))
  expect(orphans).toEqual([])
})

test('an endpoint is binding, parse, one call and reply: under 40 lines', () => {
  const endpoints = listFiles('functions/*/**/*.ts').filter((path) => !path.endsWith('.test.ts'))
  expect(endpoints.filter((path) => codeLines(readSource(path)) >= 40)).toEqual([])
})

test('no file names a path of the machine it was written on', () => {
  const machine = [ROOT, homedir()].map((path) => `${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`)
  const homes = ['/home/[a-z]', '/Users/[a-z]', String.raw`[A-Z]:\\Users`]
  const pattern = new RegExp(String.raw`(?<![\w.:/-])(${[...machine, ...homes].join('|')})`)
  const found = [...listFiles('**/*'), ...listFiles('.ci/*')]
    .filter((path) => isText(path) && path !== 'package-lock.json')
    .filter((path) => pattern.test(readSource(path)))
  expect(found).toEqual([])
})
