import { expect, test } from 'vitest'
import { A2aFailure } from '../a2a-failure.ts'
import { readPushConfig, redactPushConfig } from './push-config.ts'

const refusal = (value: unknown): string => {
  try {
    readPushConfig(value)
  } catch (error) {
    if (error instanceof A2aFailure) return `${error.value.reason} ${error.message}`
    throw error
  }
  return 'taken'
}

test('a config is read in every shape', () => {
  const url = 'https://client.example/hook?x=1'
  expect(readPushConfig({ url })).toEqual({ id: '', url })
  expect(
    readPushConfig({ id: 'a', url, token: 't', authentication: { scheme: 'Basic', credentials: 'c' } }),
  ).toEqual({ id: 'a', url, token: 't', authentication: { scheme: 'Basic', credentials: 'c' } })
  expect(
    readPushConfig({ url, authentication: { schemes: ['ApiKey', 'Bearer'], credentials: 'c' } }),
  ).toEqual({
    id: '',
    url,
    authentication: { scheme: 'ApiKey', credentials: 'c' },
  })
  expect(readPushConfig({ id: null, url, token: null, authentication: null, later: 1 })).toEqual({
    id: '',
    url,
  })
})

test.each([
  [undefined, 'expected object'],
  [{}, 'url'],
  [{ url: 'hook' }, 'http:// or https://'],
  [{ url: 'file:///etc/passwd' }, 'http:// or https://'],
  [{ url: 'https://user:secret@client.example/' }, 'user name'],
  [{ url: `https://client.example/${'x'.repeat(5000)}` }, 'url'],
  [{ url: 'https://client.example/', token: 'a\r\nx-admin: 1' }, 'token: must be printable ASCII'],
  [{ url: 'https://client.example/', authentication: { scheme: 'Bearer x' } }, 'authentication.scheme'],
  [
    { url: 'https://client.example/', authentication: { scheme: 'Bearer', credentials: '\n' } },
    'credentials',
  ],
  [{ url: 'https://client.example/', id: 7 }, 'id'],
])('%j is refused with the rule that it breaks', (value, rule) => {
  const said = refusal(value)
  expect(said).toMatch(/^INVALID_PARAMS/)
  expect(said).toContain(rule)
  expect(said).not.toContain('secret')
})

test('what is shown has neither token nor credentials', () => {
  const config = {
    id: '',
    url: 'https://client.example/',
    token: 'hidden-1',
    authentication: { scheme: 'Bearer', credentials: 'hidden-2' },
  }
  expect(redactPushConfig(config, { id: 'i', taskId: 't' })).toEqual({
    id: 'i',
    taskId: 't',
    url: 'https://client.example/',
    authentication: { scheme: 'Bearer' },
  })
})
