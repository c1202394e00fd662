import { describe, expect, test } from 'vitest'
import { EventHandler } from '../config.ts'
import { chooseHandler, handlerUrl } from './choose-handler.ts'

const handler = (settings: object): EventHandler =>
  EventHandler.parse({ urlTemplate: 'http://a.b/{event}', ...settings })

describe('chooseHandler', () => {
  const all = handler({ userEventPattern: '*' })
  const chat = handler({ userEventPattern: 'chat, offer' })
  const system = handler({ systemEvents: ['connect', 'disconnected'] })

  test('the first handler that wants the event gets it', () => {
    expect(chooseHandler([chat, all], { kind: 'user', name: 'offer' })).toBe(chat)
    expect(chooseHandler([chat, all], { kind: 'user', name: 'other' })).toBe(all)
    expect(chooseHandler([all, chat], { kind: 'user', name: 'offer' })).toBe(all)
  })

  test("'*' stands for user events, system events are named one by one", () => {
    expect(chooseHandler([all], { kind: 'sys', name: 'connect' })).toBeUndefined()
    expect(chooseHandler([all, system], { kind: 'sys', name: 'connect' })).toBe(system)
    expect(chooseHandler([system], { kind: 'sys', name: 'connected' })).toBeUndefined()
  })

  test('a handler without pattern gets no user event', () => {
    expect(chooseHandler([system], { kind: 'user', name: 'message' })).toBeUndefined()
  })
})

test('hub and event are put into the URL, encoded', () => {
  expect(handlerUrl('http://a.b/{hub}/x?e={event}', { hub: 'agents', event: 'a b' })).toBe(
    'http://a.b/agents/x?e=a%20b',
  )
})
