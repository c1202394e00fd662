import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, loadConfig, type LoadOptions } from '../config.ts'
import type { Problem } from './problem.ts'
import { PARTS } from './server-settings.ts'

let appDirectory: string

beforeEach(() => {
  appDirectory = mkdtempSync(join(tmpdir(), 'choose-parts-'))
  mkdirSync(join(appDirectory, 'workspace'))
})
afterEach(() => rmSync(appDirectory, { recursive: true }))

const load = (options: LoadOptions): Config => loadConfig({ env: {}, appDirectory, ...options })
const loadFile = (yaml: string): Config => {
  writeFileSync(join(appDirectory, 'workspace/gateway.yaml'), yaml)
  return load({})
}
const problemsOf = ({ problems }: Config): Problem[] =>
  problems.filter(({ setting }) => setting.startsWith('server.parts'))

test.each([{}, { PARTS: '' }, { PARTS: ' , ' }, { AGENT_GATEWAY_SERVER__PARTS: '' }])(
  'an app runs all parts unless it is told which: %o',
  (env) => {
    const config = load({ env })
    expect(config.parts).toEqual(PARTS)
    expect(problemsOf(config)).toEqual([])
  },
)

test.each(['server:\n  parts: []\n', 'server:\n  parts:\n', 'server: {}\n'])(
  'a file that names none means all: %j',
  (yaml) => {
    expect(loadFile(yaml).parts).toEqual(PARTS)
  },
)

test('an app runs the parts that are named, wherever that is', () => {
  expect(load({ env: { PARTS: 'signaling' } }).parts).toEqual(['signaling'])
  expect(load({ env: { PARTS: 'events, a2a' } }).parts).toEqual(['events', 'a2a'])
  expect(load({ env: { AGENT_GATEWAY_SERVER__PARTS: '["a2a"]' } }).parts).toEqual(['a2a'])
  expect(load({ overrides: { server: { parts: ['operations'] } } }).parts).toEqual(['operations'])
  expect(loadFile('server:\n  parts: [events]\n').parts).toEqual(['events'])
})

test('a name that is no part is a problem that names the variable, and the other parts run', () => {
  const config = load({ env: { PARTS: 'signalling,a2a' } })
  expect(config.parts).toEqual(['a2a'])
  expect(problemsOf(config)).toMatchObject([
    {
      setting: 'server.parts.0',
      message: expect.stringMatching(/^PARTS: .*"events"\|"a2a"\|"signaling"\|"operations"/),
    },
  ])
})

test.each([
  { env: { PARTS: 'signalling' } },
  { env: { PARTS: 'Signaling;a2a' } },
  { env: { PARTS: '["signaling"' } },
  { env: { AGENT_GATEWAY_SERVER__PARTS: '{}' } },
])('where no name is a part, none runs: one was meant, not all: %j', ({ env }) => {
  const config = load({ env })
  expect(config.parts).toEqual([])
  expect(problemsOf(config).at(-1)).toMatchObject({
    setting: 'server.parts',
    message: expect.stringContaining('names no part of the gateway, so none runs'),
    remedy: expect.stringContaining('events, a2a, signaling, operations'),
  })
})

test.each(['server:\n  parts: everything\n', 'server:\n  parts: { a2a: true }\n'])(
  'nor does any where the file says something that is no list of parts: %j',
  (yaml) => {
    const config = loadFile(yaml)
    expect(config.parts).toEqual([])
    expect(problemsOf(config).at(-1)?.message).toMatch(/gateway\.yaml, line \d: /)
  },
)
