import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentUrl } from './agent-url.ts'

const at = (basePath: string, path: string): string =>
  agentUrl({ scheme: 'http', fqdn: 'a.example:8080', basePath }, path).href

test.each([
  ['', '/health', 'http://a.example:8080/health'],
  ['', 'health', 'http://a.example:8080/health'],
  ['/api/a', '/health', 'http://a.example:8080/api/a/health'],
  ['/api/a', '/api/a/health', 'http://a.example:8080/api/a/health'],
  ['/api/a', '/api/about', 'http://a.example:8080/api/a/api/about'],
  ['/api/a', '/api/a?x=1', 'http://a.example:8080/api/a?x=1'],
  ['/api/a', '', 'http://a.example:8080/api/a'],
  ['', '//evil.example/x', 'http://a.example:8080//evil.example/x'],
  ['', '@evil.example/x', 'http://a.example:8080/@evil.example/x'],
])('with base path %j the path %j is %s', (basePath, path, url) => {
  expect(at(basePath, path)).toBe(url)
})

test('whatever the path is, the host is that of the registry', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '/api/a'), (path, basePath) => {
      expect(new URL(at(basePath, path)).host).toBe('a.example:8080')
    }),
  )
})
