import { describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'

const withHandler = (handler: object): object => ({ hubs: { a: { eventHandlers: [handler] } } })

describe('parseConfig', () => {
  test('what is left out has a default', () => {
    expect(parseConfig(withHandler({ urlTemplate: 'http://h/{event}' }), 'f')).toEqual({
      hubs: {
        a: {
          anonymousConnectPolicy: 'deny',
          eventHandlers: [{ urlTemplate: 'http://h/{event}', userEventPattern: '', systemEvents: [] }],
        },
      },
    })
    expect(parseConfig({}, 'f')).toEqual({ hubs: {} })
  })

  test.each([
    ['an unknown key', { hubs: { a: { handlers: [] } } }, /^f: hubs\.a: .*"handlers"/],
    ['a hub name with a hyphen', { hubs: { 'a-b': {} } }, /^f: hubs\.a-b: is not a hub name/],
    [
      'a placeholder in the host',
      withHandler({ urlTemplate: 'http://{hub}.x/' }),
      /eventHandlers\[0\]\.urlTemplate: must be/,
    ],
    ['a URL that is none', withHandler({ urlTemplate: 'tunnel:///x' }), /urlTemplate: must be an http/],
    [
      'an unknown system event',
      withHandler({ urlTemplate: 'http://x/', systemEvents: ['joined'] }),
      /systemEvents\[0\]: /,
    ],
    [
      'an event name that is none',
      withHandler({ urlTemplate: 'http://x/', userEventPattern: 'a,1' }),
      /userEventPattern: must be/,
    ],
    [
      'a managed identity for no resource',
      withHandler({ urlTemplate: 'http://x/', auth: { type: 'ManagedIdentity' } }),
      /auth\.managedIdentity: /,
    ],
    [
      'a managed identity that is none',
      withHandler({
        urlTemplate: 'http://x/',
        auth: { type: 'ManagedIdentity', managedIdentity: { resource: 'api://gateway' } },
      }),
      /^f: identity: is missing/,
    ],
    [
      'an unknown policy',
      { hubs: { a: { anonymousConnectPolicy: 'perhaps' } } },
      /anonymousConnectPolicy: must be 'allow'/,
    ],
    [
      'an interval out of range',
      { hubs: { a: { webSocketKeepAliveIntervalInSeconds: 121 } } },
      /KeepAliveIntervalInSeconds: /,
    ],
    ['a list', [], /^f: the whole: /],
  ])('%s is refused by source and key', (_, config, expected) => {
    expect(() => parseConfig(config, 'f')).toThrow(expected)
  })
})
