import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { PARTS } from '../../../shared/kernel/config/server-settings.ts'
import { describeApp } from './describe-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'parts-'))
const app = join(folder, 'app')
/** What is in every app. */
const ALWAYS = ['operations_health', 'unmatched_preflight']
let all: string[]

const registered = async (parts?: string): Promise<string[]> => {
  const { functions } = await describeApp(app, parts === undefined ? {} : { PARTS: parts })
  return functions.map(({ name }) => name).toSorted()
}

const ofParts = (...parts: readonly string[]): string[] =>
  all.filter((name) => ALWAYS.includes(name) || parts.some((part) => name.startsWith(`${part}_`)))

beforeAll(async () => {
  await bundle({ outDir: app })
  all = await registered()
})
afterAll(() => rmSync(folder, { recursive: true }))

test('every function belongs to a part, or is in every app', () => {
  expect(all).toEqual(ofParts(...PARTS))
  for (const part of PARTS) expect(ofParts(part).length).toBeGreaterThan(ALWAYS.length)
})

test.each([...PARTS, 'events, a2a,operations'])(
  'with PARTS=%s the functions of these parts are registered, and no other',
  async (parts) => {
    expect(await registered(parts)).toEqual(ofParts(...parts.split(/,\s*/)))
  },
)

test('signaling alone is the sockets of agents, their times and the answers that every app gives', async () => {
  expect(await registered('signaling')).toEqual([
    'operations_health',
    'signaling_cleanup',
    'signaling_hub_events',
    'signaling_negotiate',
    'signaling_timeouts',
    'signaling_upgrade',
    'unmatched_preflight',
  ])
})

test('without a name that is a part none is registered, and what is logged names the variable', async () => {
  const { functions, log } = await describeApp(app, { PARTS: 'signalling' })
  expect(functions.map(({ name }) => name).toSorted()).toEqual(ALWAYS)
  expect(log).toContainEqual(
    expect.objectContaining({
      level: 'error',
      setting: 'server.parts',
      message: expect.stringMatching(/^PARTS: /),
      remedy: expect.stringContaining('events, a2a, signaling, operations'),
    }),
  )
})
