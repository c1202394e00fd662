import { ClientFactory, DefaultAgentCardResolver } from '@a2a-js/sdk/client'
import { describe, expect, test } from 'vitest'
import { readCard } from './read-card.ts'
import { type CardFace, rewriteCard, toHybrid } from './rewrite-card.ts'

const face: CardFace = { base: 'https://gateway.example/agents/echo', needsKey: false }

const upstream = {
  name: 'Echo',
  description: 'Says it again',
  version: '2.1.0',
  url: 'http://10.0.0.7:9000/rpc',
  preferredTransport: 'GRPC',
  protocolVersion: '0.3.0',
  additionalInterfaces: [{ url: 'http://10.0.0.7:9000/grpc', transport: 'GRPC' }],
  supportedInterfaces: [
    { url: 'http://10.0.0.7:9000/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
  ],
  provider: { organization: 'Echoes', url: 'https://echoes.example' },
  capabilities: {
    streaming: false,
    pushNotifications: true,
    extensions: [{ uri: 'urn:x', required: false }],
  },
  supportsAuthenticatedExtendedCard: true,
  securitySchemes: { own: { type: 'apiKey', in: 'header', name: 'X-Secret' } },
  security: [{ own: [] }],
  signatures: [{ protected: 'e30', signature: 'AA' }],
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'echo', name: 'Echo', description: 'echo', tags: ['t'], security: [{ own: [] }] }],
}

const hybridOf = (card: object, shown = face): Record<string, unknown> => {
  const read = readCard(JSON.stringify(card))
  if (read === undefined) throw new Error('no card')
  return toHybrid(rewriteCard(read, shown), read, shown)
}

test('a rewritten card leads nowhere but to the gateway, and keeps what it says of the agent', () => {
  const card = hybridOf(upstream)
  expect(JSON.stringify(card)).not.toMatch(/10\.0\.0\.7|GRPC|X-Secret|signature/)
  expect(card).toMatchObject({
    name: 'Echo',
    version: '2.1.0',
    provider: upstream.provider,
    url: face.base,
    preferredTransport: 'JSONRPC',
    supportsAuthenticatedExtendedCard: true,
    capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
    skills: [{ id: 'echo', tags: ['t'] }],
  })
})

test('both versions are offered by both bindings, 1.0 first', () => {
  expect(hybridOf(upstream).supportedInterfaces).toEqual([
    { url: face.base, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: `${face.base}/v1`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
    { url: face.base, protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
    { url: face.base, protocolBinding: 'HTTP+JSON', protocolVersion: '0.3' },
  ])
})

test('a strict card has members of 1.0 only', () => {
  const read = readCard(JSON.stringify(upstream))
  const names = Object.keys(read === undefined ? {} : JSON.parse(JSON.stringify(rewriteCard(read, face))))
  expect(names.toSorted()).toEqual([
    'capabilities',
    'defaultInputModes',
    'defaultOutputModes',
    'description',
    'name',
    'provider',
    'skills',
    'supportedInterfaces',
    'version',
  ])
})

test('where the gateway wants keys the card says so, in the words of both versions', () => {
  expect(hybridOf(upstream, { ...face, needsKey: true })).toMatchObject({
    securitySchemes: {
      gateway: { type: 'http', scheme: 'bearer', httpAuthSecurityScheme: { scheme: 'Bearer' } },
    },
    security: [{ gateway: [] }],
    securityRequirements: [{ schemes: { gateway: { list: [] } } }],
  })
})

describe('a card of 0.2, which knows hardly anything,', () => {
  test('becomes one that every client can use', () => {
    expect(hybridOf({ name: 'Old', url: 'http://old.example', capabilities: {} })).toMatchObject({
      description: '',
      version: 'unknown',
      capabilities: { streaming: true, pushNotifications: false },
      defaultInputModes: ['text/plain'],
      skills: [],
    })
  })
})

test.each(['', 'nonsense', '[]', '{}', '{"name":7}', 'null'])('%j is no card', (text) => {
  expect(readCard(text)).toBeUndefined()
})

test('the official client takes a rewritten card for one of 1.0', async () => {
  const served = JSON.stringify(hybridOf(upstream, { ...face, needsKey: true }))
  const resolver = new DefaultAgentCardResolver({ fetchImpl: async () => new Response(served) })
  const card = await resolver.resolve('https://gateway.example/agents/echo/')
  expect(card.supportedInterfaces.map(({ protocolVersion }) => protocolVersion)).toEqual([
    '1.0',
    '1.0',
    '0.3',
    '0.3',
  ])
  expect(card.securitySchemes.gateway).toMatchObject({
    httpAuthSecurityScheme: { scheme: 'Bearer' },
  })
  await expect(new ClientFactory().createFromAgentCard(card)).resolves.toBeDefined()
})
