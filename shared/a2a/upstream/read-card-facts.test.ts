import { expect, test } from 'vitest'
import { readCardFacts } from './read-card-facts.ts'

const v10 = {
  supportedInterfaces: [
    { url: 'https://agent.example/a2a?api-version=1', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    {
      url: 'https://agent.example/rest',
      protocolBinding: 'HTTP+JSON',
      protocolVersion: '1.0.1',
      tenant: 't',
    },
    { url: 'agent.example:443', protocolBinding: 'GRPC', protocolVersion: '1.0' },
  ],
  capabilities: { streaming: true, extendedAgentCard: true },
}
const v03 = {
  url: 'https://agent.example/a2a/',
  preferredTransport: 'JSONRPC',
  protocolVersion: '0.3.0',
  additionalInterfaces: [
    { url: 'https://agent.example/a2a/', transport: 'JSONRPC' },
    { url: 'https://agent.example/rest', transport: 'HTTP+JSON' },
  ],
  capabilities: { streaming: true, pushNotifications: true },
}

test('a 1.0 card names its interfaces by path, in its order, without those nobody speaks', () => {
  expect(readCardFacts(v10)).toEqual({
    interfaces: [
      { dialect: { version: '1.0', binding: 'jsonrpc' }, path: '/a2a?api-version=1' },
      { dialect: { version: '1.0', binding: 'rest' }, path: '/rest', tenant: 't' },
    ],
    streaming: true,
    pushNotifications: false,
    extendedCard: true,
  })
})

test('a 0.3 card that repeats its address names it once', () => {
  expect(readCardFacts(v03)?.interfaces).toEqual([
    { dialect: { version: '0.3', binding: 'jsonrpc' }, path: '/a2a/' },
    { dialect: { version: '0.3', binding: 'rest' }, path: '/rest' },
  ])
})

test('a 0.2 card is read as 0.3', () => {
  const card = { url: 'http://agent.example', capabilities: {}, supportsAuthenticatedExtendedCard: true }
  expect(readCardFacts(card)).toEqual({
    interfaces: [{ dialect: { version: '0.3', binding: 'jsonrpc' }, path: '/' }],
    streaming: false,
    pushNotifications: false,
    extendedCard: true,
  })
})

test('a card with the members of both versions has the interfaces of both, those of 1.0 first', () => {
  const versions = readCardFacts({ ...v03, ...v10 })?.interfaces.map(({ dialect }) => dialect.version)
  expect(versions).toEqual(['1.0', '1.0', '0.3', '0.3'])
})

test.each([
  ['only gRPC', { supportedInterfaces: [v10.supportedInterfaces[2]] }],
  ['a version to come', { supportedInterfaces: [{ ...v10.supportedInterfaces[0], protocolVersion: '2.0' }] }],
  ['no address', { name: 'agent' }],
  ['an address that is none', { url: 'http://[' }],
  ['no card', ['card']],
])('nothing to call: %s', (_, card) => {
  expect(readCardFacts(card)).toBeUndefined()
})

test('a path of a card cannot lead to another host', () => {
  const paths = ['//evil.example/x', 'https://a@evil.example//x', '\\\\evil.example\\x'].map(
    (url) => readCardFacts({ url })?.interfaces[0].path,
  )
  expect(paths).toEqual(['/x', '//x', '/x'])
})
