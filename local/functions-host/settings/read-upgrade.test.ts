import { expect, test } from 'vitest'
import { readUpgrade } from './read-upgrade.ts'

test('a path and the address it is forwarded to', () => {
  const { path, url } = readUpgrade('/ws=http://127.0.0.1:7290/client/hubs/agents')
  expect({ path, href: url.href }).toEqual({ path: '/ws', href: 'http://127.0.0.1:7290/client/hubs/agents' })
})

test.each([
  '/ws',
  'ws=http://127.0.0.1:7290/',
  '/ws=',
  '/ws=127.0.0.1:7290',
  '/ws=https://a.example/',
  '/ws=http://a.example/?hub=agents',
  '/ws?x=http://a.example/',
])('%s is refused, with an example', (text) => {
  expect(() => readUpgrade(text)).toThrow(/--upgrade: .* \/ws=http:/)
})
