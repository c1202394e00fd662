import { expect, test } from 'vitest'
import { applyOverrides } from './read-host-settings.ts'

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
