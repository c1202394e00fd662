import { describe, expect, test } from 'vitest'
import { createSettings } from '../settings/resolve-setting.ts'
import { resolveConnection } from './resolve-connection.ts'

describe('the connection of a trigger', () => {
  const resolve = (env: Record<string, string>, name = 'Bus'): unknown =>
    resolveConnection(createSettings(env), name)

  test.each([
    [{ AzureWebJobsBus: 'a', Bus: 'b' }, { connectionString: 'a' }],
    [{ Bus: 'b' }, { connectionString: 'b' }],
    [{ 'ConnectionStrings:Bus': 'c' }, { connectionString: 'c' }],
    [{ Bus__fullyQualifiedNamespace: 'ns' }, { namespace: 'ns', clientId: undefined, isManaged: false }],
    [
      { AzureWebJobsBus__fullyQualifiedNamespace: 'ns', AzureWebJobsBus__clientId: 'me' },
      { namespace: 'ns', clientId: 'me', isManaged: false },
    ],
    [
      { Bus__fullyQualifiedNamespace: 'ns', Bus__credential: 'managedidentity', Bus__clientId: 'me' },
      { namespace: 'ns', clientId: 'me', isManaged: true },
    ],
  ])('in %j', (env, expected) => {
    expect(resolve(env)).toEqual(expected)
  })

  test('may be named by a setting, and says what is missing', () => {
    expect(resolve({ WHICH: 'Bus', Bus: 'b' }, '%WHICH%')).toEqual({ connectionString: 'b' })
    expect(() => resolve({ Bus: '' })).toThrow('Add the app setting Bus')
  })
})
