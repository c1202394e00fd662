import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findBicep, runBicep } from './run-bicep.ts'

const MAIN = resolve(import.meta.dirname, '../../../infra/main.bicep')
const bicep = findBicep(process.env['PATH'] ?? '')

/** A folder with a program that stands in for the CLI. */
const fakeBicep = (script: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'bicep'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return folder
}

const runFake = async (script: string): Promise<string[]> =>
  await runBicep(findBicep(`/nowhere:${fakeBicep(script)}`) ?? '', 'main.bicep')

test('a CLI that says nothing is content', async () => {
  expect(await runFake('echo "{}"')).toEqual([])
})

test('its warnings are told, each once, and news are none', async () => {
  const script = [
    'echo "A new release is available" >&2',
    'echo "$2(3,7) : Warning no-unused-params: Parameter \\"x\\" is declared but never used." >&2',
    'echo "$2(9,1) : Info use-recent-api-versions: …" >&2',
  ].join('\n')
  expect(await runFake(script)).toEqual([
    'main.bicep(3,7) : Warning no-unused-params: Parameter "x" is declared but never used.',
  ])
})

test('its errors are told, and that it failed', async () => {
  const script = 'test "$1" = lint || { echo "$2(1,1) : Error BCP018: Expected" >&2; exit 1; }'
  expect(await runFake(script)).toEqual([
    'main.bicep(1,1) : Error BCP018: Expected',
    'bicep build ended with code 1',
  ])
})

test('where there is no program of that name, none is found', () => {
  expect(findBicep('/nowhere:/proc')).toBeUndefined()
})

const reason = bicep === undefined ? ' (skipped: no program "bicep" on the PATH)' : ''

test.skipIf(bicep === undefined)(`bicep build and bicep lint have no warning${reason}`, async () => {
  expect(await runBicep(bicep ?? '', MAIN)).toEqual([])
})
