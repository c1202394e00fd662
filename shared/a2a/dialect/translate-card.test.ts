import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type CardShape, translateCard } from './translate-card.ts'
import { translateResult } from './translate.ts'

const file = new URL('../../../tests/fixtures/a2a-cases/cards.json', import.meta.url)
const Recorded = z.object({ '1.0': z.looseObject({}), hybrid: z.looseObject({}) })
const recorded = Recorded.parse(JSON.parse(readFileSync(file, 'utf8')))

/** Without what is empty: servers differ in whether they write it. */
const meaning = (card: unknown): unknown =>
  JSON.parse(JSON.stringify(card), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const isEmpty = (member: unknown): boolean => ['""', '[]', '{}'].includes(JSON.stringify(member))
    return Object.fromEntries(Object.entries(value).filter(([, member]) => !isEmpty(member)))
  })

const legacy = {
  name: 'A',
  description: 'a',
  version: '1',
  protocolVersion: '0.3.0',
  url: 'https://a.example/rpc',
  preferredTransport: 'JSONRPC',
  additionalInterfaces: [
    { url: 'https://a.example/rpc', transport: 'JSONRPC' },
    { url: 'https://a.example/rest', transport: 'HTTP+JSON' },
  ],
  capabilities: { streaming: true },
  supportsAuthenticatedExtendedCard: true,
  securitySchemes: {
    key: { type: 'apiKey', in: 'header', name: 'x-key', description: 'd' },
    bearer: { type: 'http', scheme: 'Bearer', bearerFormat: 'JWT' },
    oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://a.example/oidc' },
    tls: { type: 'mutualTLS' },
    oauth: {
      type: 'oauth2',
      flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: { a: 'all' } } },
    },
  },
  security: [{ key: [], oauth: ['a'] }],
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 's', name: 'S', description: 's', tags: [], security: [{ bearer: [] }] }],
  iconUrl: 'https://a.example/icon.png',
  vendor: { kept: true },
}

describe('a recorded card', () => {
  it('of 1.0 is the hybrid one in that form', () => {
    expect(meaning(translateCard(recorded.hybrid, '1.0'))).toEqual(meaning(recorded['1.0']))
  })

  it('has all that the official hybrid card has', () => {
    expect(meaning(translateCard(recorded['1.0'], 'hybrid'))).toMatchObject(Object(meaning(recorded.hybrid)))
  })
})

describe('a card of 0.3', () => {
  it('says the same in 1.0', () => {
    expect(translateCard(legacy, '1.0')).toEqual({
      name: 'A',
      description: 'a',
      version: '1',
      supportedInterfaces: [
        { url: 'https://a.example/rpc', protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
        { url: 'https://a.example/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '0.3' },
      ],
      capabilities: { streaming: true, extendedAgentCard: true },
      securitySchemes: {
        key: { apiKeySecurityScheme: { location: 'header', name: 'x-key', description: 'd' } },
        bearer: { httpAuthSecurityScheme: { scheme: 'Bearer', bearerFormat: 'JWT' } },
        oidc: { openIdConnectSecurityScheme: { openIdConnectUrl: 'https://a.example/oidc' } },
        tls: { mtlsSecurityScheme: {} },
        oauth: {
          oauth2SecurityScheme: {
            flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: { a: 'all' } } },
          },
        },
      },
      securityRequirements: [{ schemes: { key: { list: [] }, oauth: { list: ['a'] } } }],
      defaultInputModes: ['text/plain'],
      defaultOutputModes: ['text/plain'],
      skills: [
        {
          id: 's',
          name: 'S',
          description: 's',
          tags: [],
          securityRequirements: [{ schemes: { bearer: { list: [] } } }],
        },
      ],
      iconUrl: 'https://a.example/icon.png',
      vendor: { kept: true },
    })
  })

  it.each(['1.0', '0.3', '0.3-rest', 'hybrid'] satisfies CardShape[])(
    'is the same again by way of %s',
    (shape) => {
      const { additionalInterfaces: _twice, protocolVersion: _patch, ...others } = legacy
      expect(translateCard(translateCard(legacy, shape), '0.3')).toEqual({
        ...others,
        protocolVersion: '0.3',
        additionalInterfaces: [{ url: 'https://a.example/rest', transport: 'HTTP+JSON' }],
      })
    },
  )

  it('takes one of several OAuth flows, as 1.0 can hold only one', () => {
    const flows = { implicit: { scopes: {} }, authorizationCode: { scopes: {} } }
    const card = { ...legacy, securitySchemes: { oauth: { type: 'oauth2', flows } } }
    expect(translateCard(card, '1.0')['securitySchemes']).toEqual({
      oauth: { oauth2SecurityScheme: { flows: { authorizationCode: { scopes: {} } } } },
    })
    expect(translateCard(card, 'hybrid')['securitySchemes']).toMatchObject({
      oauth: { type: 'oauth2', flows },
    })
  })
})

it('writes into a card of 0.3 only where 0.3 is spoken, if it is', () => {
  const at = (protocolVersion: string, url: string) => ({ url, protocolBinding: 'JSONRPC', protocolVersion })
  const card = (...supportedInterfaces: object[]) => translateCard({ name: 'A', supportedInterfaces }, '0.3')
  expect(card(at('1.0', 'https://new.example'), at('0.3', 'https://old.example'))).toMatchObject({
    url: 'https://old.example',
    protocolVersion: '0.3',
  })
  expect(card(at('1.0', 'https://new.example'))).toMatchObject({
    url: 'https://new.example',
    protocolVersion: '1.0',
  })
})

it('wraps security in the card of 0.3 REST, as its schema does', () => {
  const card = JSON.parse(translateResult('extended-card', JSON.stringify(legacy), '0.3', '0.3-rest'))
  expect(card).toMatchObject({
    url: 'https://a.example/rpc',
    securitySchemes: { tls: { mtlsSecurityScheme: {} } },
    security: [{ schemes: { key: { list: [] }, oauth: { list: ['a'] } } }],
  })
})

it.each([undefined, [], 'card'])('refuses %j as a card', (card) => {
  expect(() => translateCard(card, '1.0')).toThrow(/no JSON object/)
})
