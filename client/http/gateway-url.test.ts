import { expect, test } from 'vitest'
import { readGatewayUrl } from './gateway-url.ts'

test.each([
  ['https://gateway.example', { http: 'https://gateway.example' }],
  ['http://127.0.0.1:7071/', { http: 'http://127.0.0.1:7071' }],
  ['https://host.example/api/', { http: 'https://host.example/api' }],
  ['wss://gateway.example/ws', { http: 'https://gateway.example', socket: 'wss://gateway.example/ws' }],
  ['ws://127.0.0.1:7071/api/ws', { http: 'http://127.0.0.1:7071/api', socket: 'ws://127.0.0.1:7071/api/ws' }],
])('%s', (text, url) => {
  expect(readGatewayUrl(text)).toEqual(url)
})

test.each(['', 'gateway.example', 'ftp://gateway.example'])('"%s" is no address of a gateway', (text) => {
  expect(() => readGatewayUrl(text)).toThrow(expect.objectContaining({ code: 'invalid_url' }))
})
