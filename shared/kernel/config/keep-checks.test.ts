import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, loadConfig, type LoadOptions } from '../config.ts'

let appDirectory: string

beforeEach(() => {
  appDirectory = mkdtempSync(join(tmpdir(), 'keep-checks-'))
})
afterEach(() => rmSync(appDirectory, { recursive: true }))

const load = (options: LoadOptions): Config => loadConfig({ env: {}, appDirectory, ...options })
const problemsOf = (config: Config) =>
  config.problems.filter(({ setting }) => setting.startsWith('signaling.'))

const env = { VERIFY_SIGNATURES: 'false', AGENT_GATEWAY_SIGNALING__VALIDATE_DIDS: '0' }
const on = { verify_signatures: true, validate_dids: true }

test('the checks cannot be switched off where others can reach the gateway', () => {
  const config = load({ env })
  expect(config.signaling).toMatchObject(on)
  expect(problemsOf(config)).toMatchObject([
    { setting: 'signaling.verify_signatures', message: expect.stringMatching(/^VERIFY_SIGNATURES: /) },
    { setting: 'signaling.validate_dids', message: expect.stringMatching(/^AGENT_GATEWAY_SIGNALING__/) },
  ])
  expect(load({ overrides: { signaling: { validate_dids: false } } }).signaling).toMatchObject(on)
})

test('on a development machine they can be switched off', () => {
  const config = load({ env: { ...env, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' } })
  expect(config.signaling).toMatchObject({ verify_signatures: false, validate_dids: false })
  expect(problemsOf(config)).toEqual([])
})

test('what is no switch leaves them on, and the problem names the line', () => {
  mkdirSync(join(appDirectory, 'workspace'))
  const yaml = 'signaling:\n  verify_signatures: perhaps\n  validate_dids: false\n'
  writeFileSync(join(appDirectory, 'workspace/gateway.yaml'), yaml)
  const config = load({})
  expect(config.signaling).toMatchObject(on)
  expect(problemsOf(config)).toMatchObject([
    { message: expect.stringMatching(/gateway\.yaml, line 2: /) },
    { message: expect.stringMatching(/gateway\.yaml, line 3: /) },
  ])
})
