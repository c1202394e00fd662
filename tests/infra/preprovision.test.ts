import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../shared/kernel/config.ts'

const HOOK = join(import.meta.dirname, '../../infra/hooks/preprovision.mjs')
const NAME = 'AGENT_GATEWAY_SECRET_KEY'

/**
 * What the hook needs of azd, as a program: values in a file for each environment. It fails like azd where an environment
 * or a value is missing.
 */
const FAKE_AZD = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require('node:fs')
const [, verb, ...rest] = process.argv.slice(2)
const at = rest.indexOf('--environment')
const file = require('node:path').join(__dirname, (at < 0 ? 'default' : rest[at + 1]) + '.env')
appendFileSync(__dirname + '/calls.log', verb + '\\n')
if (!existsSync(file)) { console.error('ERROR: environment does not exist'); process.exit(1) }
const lines = readFileSync(file, 'utf8')
if (verb === 'get-values') process.stdout.write(lines)
if (verb === 'set') appendFileSync(file, rest[0] + '=' + JSON.stringify(rest[1]) + '\\n')
if (verb === 'get-value') {
  const found = new RegExp('^' + rest[0] + '="(.*)"$', 'm').exec(lines)
  if (!found) { console.error('ERROR: key not found in environment values'); process.exit(1) }
  console.log(found[1])
}
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preprovision-'))
  writeFileSync(join(folder, 'azd'), FAKE_AZD)
  chmodSync(join(folder, 'azd'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const giveEnvironment = (text: string, name = 'prod'): void =>
  writeFileSync(join(folder, `${name}.env`), text)
const readEnvironment = (name = 'prod'): string => readFileSync(join(folder, `${name}.env`), 'utf8')
const keysOf = (text: string): string[] =>
  [...text.matchAll(/^AGENT_GATEWAY_SECRET_KEY="(.*)"$/gm)].map(([, key = '']) => key)

/** Runs the hook as azd does: with the values of the environment that it knows. */
const runHook = (env: Record<string, string> = {}): { status: number | null; said: string } => {
  const PATH = [folder, dirname(process.execPath)].join(delimiter)
  const { status, stdout, stderr } = spawnSync(process.execPath, [HOOK], {
    env: { PATH, AZURE_ENV_NAME: 'prod', ...env },
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

describe('the secret key', () => {
  test('is made where there is none, and the app takes it', () => {
    giveEnvironment('AZURE_LOCATION="westeurope"\n')
    const { status, said } = runHook()
    const [key = '', ...others] = keysOf(readEnvironment())
    expect({ status, others }).toEqual({ status: 0, others: [] })
    expect(said).not.toContain(key)
    const { problems } = loadConfig({ env: { [NAME]: key }, appDirectory: folder })
    expect(problems.filter(({ setting }) => setting === NAME)).toEqual([])
  })

  test('is never made again', () => {
    giveEnvironment('')
    runHook()
    const first = readEnvironment()
    expect(runHook().status).toBe(0)
    // azd gives the hook the values of the environment as well.
    expect(runHook({ [NAME]: keysOf(first)[0] ?? '' }).status).toBe(0)
    expect(readEnvironment()).toBe(first)
  })

  test('differs between environments, and goes into the one that is provisioned', () => {
    giveEnvironment('')
    giveEnvironment('', 'test')
    giveEnvironment('', 'default')
    runHook()
    runHook({ AZURE_ENV_NAME: 'test' })
    const keys = [...keysOf(readEnvironment()), ...keysOf(readEnvironment('test'))]
    expect(new Set(keys).size).toBe(2)
    expect(readEnvironment('default')).toBe('')
  })

  test('from the environment of a pipeline is used as it is, without asking azd', () => {
    expect(runHook({ [NAME]: 'k'.repeat(32), CI: 'true' }).status).toBe(0)
    expect(existsSync(join(folder, 'calls.log'))).toBe(false)
  })

  test.each(['akvs://subscription/vault/secret', 'k'.repeat(32)])('that is there stays: %s', (key) => {
    giveEnvironment(`${NAME}="${key}"\n`)
    expect(runHook().status).toBe(0)
    expect(keysOf(readEnvironment())).toEqual([key])
  })
})

describe('no key is made', () => {
  const expectRefusal = (env: Record<string, string>, reason: string): void => {
    const { status, said } = runHook(env)
    expect(status).toBe(1)
    expect(said).toContain(reason)
  }

  test('over one that is too short', () => {
    giveEnvironment(`${NAME}="short"\n`)
    expectRefusal({}, 'fewer than 32 characters')
    expectRefusal({ [NAME]: 'short' }, 'fewer than 32 characters')
    expect(keysOf(readEnvironment())).toEqual(['short'])
  })

  test('where azd cannot say whether there is one', () => {
    expectRefusal({}, 'environment does not exist')
  })

  test('for an environment that was provisioned with another one', () => {
    giveEnvironment('KEY_VAULT_NAME="kv-1"\n')
    expectRefusal({}, 'agent-gateway-secret-key')
    expect(keysOf(readEnvironment())).toEqual([])
  })

  test('by a pipeline, which would make one each time', () => {
    giveEnvironment('')
    expectRefusal({ CI: 'true' }, 'Give it to the pipeline as a secret')
    expect(keysOf(readEnvironment())).toEqual([])
  })
})

test('a private network without az is told what it needs, and goes on', () => {
  const { status, said } = runHook({ [NAME]: 'k'.repeat(32), GATEWAY_PRIVATE_NETWORK: 'true' })
  expect(status).toBe(0)
  expect(said).toContain('az provider register --namespace Microsoft.App')
})
