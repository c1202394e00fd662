import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentUrl, belowUrl } from './agent-url.ts'

const agent = { scheme: 'https', fqdn: 'agent.example:8443', basePath: '' } as const
const based = { ...agent, basePath: '/agents/echo' }

test.each([
  [agent, '', 'https://agent.example:8443/'],
  [agent, '/a2a?x=1', 'https://agent.example:8443/a2a?x=1'],
  [agent, 'a2a', 'https://agent.example:8443/a2a'],
  [based, '', 'https://agent.example:8443/agents/echo'],
  [based, '/rpc', 'https://agent.example:8443/agents/echo/rpc'],
  [based, '/agents/echo/rpc', 'https://agent.example:8443/agents/echo/rpc'],
  [based, '/agents/echo?x=1', 'https://agent.example:8443/agents/echo?x=1'],
  [based, '/agents/echoes', 'https://agent.example:8443/agents/echo/agents/echoes'],
])('%o and "%s" are %s', (where, path, url) => {
  expect(agentUrl(where, path).href).toBe(url)
})

test('whatever the path is, the host is that of the registry', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(agentUrl(agent, path).host).toBe('agent.example:8443')
      expect(agentUrl(based, path).host).toBe('agent.example:8443')
    }),
  )
})

test('a path below a URL keeps its query', () => {
  expect(belowUrl(new URL('http://a/rest/?k=1'), '/message:send').href).toBe('http://a/rest/message:send?k=1')
})
