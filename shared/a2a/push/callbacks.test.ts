import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { createCallbacks } from './callbacks.ts'

const publicUrl = 'https://gateway.example'
const callbacks = createCallbacks({ secret: () => 's'.repeat(32), publicUrl })
const target = { agentId: 'echo/1', askingProxyId: 'b', stream: 'corr-1' }

const statusOf = (work: () => unknown): number => {
  try {
    work()
  } catch (error) {
    if (error instanceof GatewayError) return error.status
    throw error
  }
  return 200
}

const made = (of = target): { id: string; token: string; url: string } => {
  const config = callbacks.configFor(of)
  if (config === undefined) throw new Error('There is no callback.')
  return { ...config, id: config.url.slice(config.url.lastIndexOf('/') + 1) }
}

test('a callback carries whose task it is about, whatever the names', () => {
  const name = fc.string({ minLength: 1, maxLength: 128 })
  fc.assert(
    fc.property(name, name, name, (agentId, askingProxyId, stream) => {
      const of = { agentId, askingProxyId, stream }
      const { id, url } = made(of)
      expect(url).toMatch(/^https:\/\/gateway\.example\/agents\/[^/]+\/notifications\/[\w.-]+$/)
      expect(callbacks.read(agentId, id)).toEqual(of)
    }),
  )
})

test('a callback that is changed in any place, or used for another agent, is unknown', () => {
  const { id } = made()
  expect(statusOf(() => callbacks.read('other', id))).toBe(404)
  for (let at = 0; at < id.length; at++) {
    const changed = `${id.slice(0, at)}${id[at] === 'A' ? 'B' : 'A'}${id.slice(at + 1)}`
    expect(statusOf(() => callbacks.read(target.agentId, changed))).toBe(404)
  }
  for (const forged of ['', 'n1..', 'n1.e30.', id.slice(1), `${id}x`, '../..'])
    expect(statusOf(() => callbacks.read(target.agentId, forged))).toBe(404)
  const elsewhere = createCallbacks({ secret: () => 'z'.repeat(32), publicUrl })
  expect(statusOf(() => elsewhere.read(target.agentId, id))).toBe(404)
})

test.each([
  ['x-a2a-notification-token', (token: string) => token],
  ['a2a-notification-token', (token: string) => token],
  ['authorization', (token: string) => `Bearer ${token}`],
])('the token is taken from %s', (name, write) => {
  const { id, token } = made()
  const send = (value: string) => statusOf(() => callbacks.checkToken(id, new Headers({ [name]: value })))
  expect(send(write(token))).toBe(200)
  expect(send(write(`${token}x`))).toBe(401)
  expect(send(write(made({ ...target, stream: 'other' }).token))).toBe(401)
  expect(statusOf(() => callbacks.checkToken(id, new Headers()))).toBe(401)
})

test('the same task has the same callback, and there is none without a public address', () => {
  expect(made()).toEqual(made())
  const nowhere = createCallbacks({ secret: () => 's'.repeat(32), publicUrl: undefined })
  expect(nowhere.configFor(target)).toBeUndefined()
})
