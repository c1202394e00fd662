import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveConnection } from '../service-bus/resolve-connection.ts'
import { parseTimeSpan } from './parse-time-span.ts'
import { applyOverrides } from './read-host-settings.ts'
import { createSettings, resolveSetting } from './resolve-setting.ts'

describe('a TimeSpan', () => {
  test.each([
    ['00:00:01', 1_000],
    ['01:30', 5_400_000],
    ['1.00:00:00', 86_400_000],
    ['00:00:00.5', 500],
    ['-00:00:01', -1_000],
    ['24:00:00', undefined],
    ['00:60:00', undefined],
    ['5', undefined],
    ['* * * * *', undefined],
  ])('%s is %s ms', (text, expected) => {
    expect(parseTimeSpan(text)).toBe(expected)
  })

  test('written from any number of seconds is read back', () => {
    assert(
      property(integer({ min: 0, max: 10_000_000 }), (seconds) => {
        const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
        const time = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
        expect(parseTimeSpan(`${Math.floor(seconds / 86_400)}.${time}`)).toBe(seconds * 1000)
      }),
    )
  })
})

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

test('%SETTING% is replaced wherever it stands; a missing one is named', () => {
  const settings = createSettings({ QUEUE: 'orders', Section__Name: 'inner', EMPTY: '' })
  expect(resolveSetting(settings, 'x-%queue%-%Section:Name%')).toBe('x-orders-inner')
  expect(() => resolveSetting(settings, '%NONE%')).toThrow('%NONE% does not resolve to a value')
  expect(() => resolveSetting(settings, '%EMPTY%')).toThrow('Add the app setting EMPTY')
})

describe('the connection of a trigger', () => {
  const resolve = (env: Record<string, string>, name = 'Bus'): unknown =>
    resolveConnection(createSettings(env), name)

  test.each([
    [{ AzureWebJobsBus: 'a', Bus: 'b' }, { connectionString: 'a' }],
    [{ Bus: 'b' }, { connectionString: 'b' }],
    [{ 'ConnectionStrings:Bus': 'c' }, { connectionString: 'c' }],
    [{ Bus__fullyQualifiedNamespace: 'ns' }, { namespace: 'ns', clientId: undefined }],
    [
      { AzureWebJobsBus__fullyQualifiedNamespace: 'ns', AzureWebJobsBus__clientId: 'me' },
      { namespace: 'ns', clientId: 'me' },
    ],
  ])('in %j', (env, expected) => {
    expect(resolve(env)).toEqual(expected)
  })

  test('may be named by a setting, and says what is missing', () => {
    expect(resolve({ WHICH: 'Bus', Bus: 'b' }, '%WHICH%')).toEqual({ connectionString: 'b' })
    expect(() => resolve({ Bus: '' })).toThrow('Add the app setting Bus')
  })
})
