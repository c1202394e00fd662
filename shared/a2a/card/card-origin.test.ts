import { expect, test } from 'vitest'
import { cardOrigin } from './card-origin.ts'

const request = (headers: Record<string, string> = {}): { headers: Headers; url: URL } => ({
  headers: new Headers(headers),
  url: new URL('http://inside.example:7071/agents/echo/x?y'),
})

test('the configured address wins, without slashes at its end', () => {
  const options = { publicUrl: 'https://gateway.example/base//', trustForwardedHost: true }
  expect(cardOrigin(options, request({ 'x-forwarded-host': 'evil.example' }))).toBe(
    'https://gateway.example/base',
  )
})

test('without trust, what proxies say counts for nothing', () => {
  const headers = {
    'x-original-host': 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  }
  expect(cardOrigin({ trustForwardedHost: false }, request(headers))).toBe('http://inside.example:7071')
})

test.each([
  [
    { 'x-forwarded-host': 'front.example, mid.example', 'x-forwarded-proto': 'https, http' },
    'https://front.example',
  ],
  [{ 'x-original-host': 'first.example', 'x-forwarded-host': 'mid.example' }, 'http://first.example'],
  [{ 'x-forwarded-proto': 'https' }, 'https://inside.example:7071'],
  [{ 'x-forwarded-host': 'a b' }, 'http://inside.example:7071'],
  [{ 'x-forwarded-proto': 'javascript' }, 'http://inside.example:7071'],
  [{}, 'http://inside.example:7071'],
])('with trust, %j leads to %s', (headers, origin) => {
  expect(cardOrigin({ trustForwardedHost: true }, request(headers as Record<string, string>))).toBe(origin)
})
