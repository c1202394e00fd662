import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { applyOverrides, readHostSettings } from './read-host-settings.ts'

test('AzureFunctionsJobHost__ settings replace what is there in any case, and add what is not', () => {
  const env = {
    AzureFunctionsJobHost__extensions__http__routePrefix: '',
    AZUREFUNCTIONSJOBHOST__LOGGING__LEVEL: 'debug',
    Other__a: '1',
  }
  expect(
    applyOverrides({ version: '2.0', Extensions: { HTTP: { routeprefix: 'api', other: 1 } } }, env),
  ).toEqual({
    version: '2.0',
    Extensions: { HTTP: { routeprefix: '', other: 1 } },
    LOGGING: { LEVEL: 'debug' },
  })
})

test('functionTimeout is half an hour unless stated, and -1 is no limit', () => {
  const directory = mkdtempSync(join(tmpdir(), 'host-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const read = (functionTimeout?: string): number => {
    writeFileSync(join(directory, 'host.json'), JSON.stringify({ version: '2.0', functionTimeout }))
    return readHostSettings(directory, {}).functionTimeout
  }
  expect([read(), read('00:00:10'), read('-1')]).toEqual([1_800_000, 10_000, Infinity])
})
