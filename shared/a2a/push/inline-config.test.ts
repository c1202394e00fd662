import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Shape } from '../../contract/a2a/dialect.ts'
import { placeCreate, placeInline, createParams, readInline, takeInline } from './inline-config.ts'

const task = { askingProxyId: 'a:1', stream: 'corr/1' }
const callback = {
  id: 'agent-gateway',
  url: 'https://gateway.example/agents/x/notifications/n',
  token: 'ours',
}
const names: Record<Shape, string> = {
  '1.0': 'taskPushNotificationConfig',
  '0.3': 'pushNotificationConfig',
  '0.3-rest': 'pushNotification',
}
const shapes = Object.keys(names) as Shape[]

const secretConfig = (shape: Shape): string =>
  shape === '1.0'
    ? '{"url":"https://client.example/h","token":"hid1","authentication":{"scheme":"Bearer","credentials":"hid2"}}'
    : '{"url":"https://client.example/h","token":"hid1","authentication":{"schemes":["Bearer"],"credentials":"hid2"}}'

const paramsWith = (name: string, config: string): string =>
  `{"message":{"messageId":"m", "n":12345678901234567890}, "configuration":{"historyLength":3,"${name}":${config}},"metadata":{"x":1.50}}`

test.each(shapes)('the config of a send in %s stays here; all else goes on byte for byte', (shape) => {
  const params = paramsWith(names[shape], secretConfig(shape))
  expect(readInline(params)).toEqual({
    id: '',
    url: 'https://client.example/h',
    token: 'hid1',
    authentication: { scheme: 'Bearer', credentials: 'hid2' },
  })
  const taken = takeInline(params, shape, task)
  expect(taken).not.toMatch(/client\.example|hid1|hid2/)
  expect(taken).toContain('{"messageId":"m", "n":12345678901234567890}')
  expect(taken).toContain('{"x":1.50}')
  expect(JSON.parse(taken).configuration).toEqual({
    historyLength: 3,
    [names[shape]]: { url: 'urn:agent-gateway:callback:a%3A1:corr%2F1' },
  })
})

test.each(shapes)('the hosting deployment puts its callback there, as %s has it', (shape) => {
  const asked: unknown[] = []
  const placed = placeInline(
    takeInline(paramsWith(names[shape], secretConfig(shape)), shape, task),
    shape,
    (of) => (asked.push(of), callback),
  )
  expect(asked).toEqual([task])
  const authentication = shape === '1.0' ? { scheme: 'Bearer' } : { schemes: ['Bearer'] }
  expect(JSON.parse(placed).configuration[names[shape]]).toEqual({
    ...callback,
    authentication: { ...authentication, credentials: 'ours' },
  })
})

test('an agent gets no config but a callback, however the member is spelled', () => {
  const spellings = fc.constantFrom(
    ...Object.values(names),
    'task_push_notification_config',
    'push_notification_config',
    'push_notification',
    'task\\u0050ushNotificationConfig',
  )
  fc.assert(
    fc.property(spellings, fc.constantFrom(...shapes), (name, shape) => {
      const params = paramsWith(name, secretConfig(shape))
      expect(placeInline(params, shape, () => callback)).not.toMatch(/client\.example|hid1|hid2/)
      expect(takeInline(params, shape, task)).not.toMatch(/client\.example|hid1|hid2/)
    }),
  )
})

test('without a callback to be had, and without a config, there is none', () => {
  const taken = takeInline(paramsWith('taskPushNotificationConfig', secretConfig('1.0')), '1.0', task)
  expect(JSON.parse(placeInline(taken, '1.0', () => undefined)).configuration).toEqual({ historyLength: 3 })
  for (const params of [
    '{"message":{"parts":[{"text":"pushNotification \\u0041"}]}}',
    '{"message":{},"configuration":{"taskPushNotificationConfig":null}}',
    '{"configuration":[]}',
    '[]',
    '"pushNotification"',
  ]) {
    expect(readInline(params)).toBeUndefined()
    expect(takeInline(params, '1.0', task)).toBe(params)
    expect(placeInline(params, '1.0', () => callback)).toBe(params)
  }
})

test('a push-create is made with a placeholder and leaves with the callback', () => {
  const params = createParams('t1', task)
  const placed = placeCreate(params, (of) => (of.stream === task.stream ? callback : undefined))
  expect(JSON.parse(placed ?? '{}')).toEqual({
    taskId: 't1',
    ...callback,
    authentication: { scheme: 'Bearer', credentials: 'ours' },
  })
  expect(placeCreate(params, () => undefined)).toBeUndefined()
  expect(placeCreate('{"taskId":"t1","url":"https://client.example/"}', () => callback)).toBeUndefined()
})
