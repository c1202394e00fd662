import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../../tests/fixtures/manual-clock.ts'
import { notConfigured } from '../kernel/errors.ts'
import { createTickets, type Tickets } from './tickets.ts'

const MINUTE = 60_000

const create = (secret = 'a secret of the deployment'): { tickets: Tickets; clock: ManualClock } => {
  const clock = createManualClock()
  return { tickets: createTickets({ secret: () => secret, clock, minutes: 5 }), clock }
}

const refused = expect.objectContaining({ code: 'invalid_credentials', status: 401 })

test('a ticket opens its stream, in every process with the same secret', () => {
  const { ticket } = create().tickets.issue('a/b')
  expect(() => create().tickets.verify(ticket, 'a/b')).not.toThrow()
})

test('a ticket opens no other stream', () => {
  const { tickets } = create()
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      fc.pre(one !== other)
      expect(() => tickets.verify(tickets.issue(one).ticket, other)).toThrow(refused)
    }),
  )
})

test('a ticket is over after its minutes', () => {
  const { tickets, clock } = create()
  const { ticket, expiresAt } = tickets.issue('t')
  expect(expiresAt).toBe(clock.now() + 5 * MINUTE)
  clock.advance(5 * MINUTE - 1)
  expect(() => tickets.verify(ticket, 't')).not.toThrow()
  clock.advance(1)
  expect(() => tickets.verify(ticket, 't')).toThrow('is over')
})

test('a changed character makes a ticket worthless', () => {
  const { tickets } = create()
  const { ticket } = tickets.issue('t')
  fc.assert(
    fc.property(fc.nat(ticket.length - 1), fc.stringMatching(/^[\w.-]$/), (at, character) => {
      fc.pre(ticket[at] !== character)
      const forged = ticket.slice(0, at) + character + ticket.slice(at + 1)
      expect(() => tickets.verify(forged, 't')).toThrow(refused)
    }),
  )
})

test('a signature written in another way is not one', () => {
  const { tickets } = create()
  const { ticket } = tickets.issue('t')
  for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
    if (ticket.endsWith(last)) continue
    expect(() => tickets.verify(ticket.slice(0, -1) + last, 't')).toThrow(refused)
  }
})

test('a longer life cannot be written into a ticket', () => {
  const { tickets } = create()
  const [version, until, signature] = tickets.issue('t').ticket.split('.')
  expect(() => tickets.verify(`${version}.${Number(until) + 1}.${signature}`, 't')).toThrow(refused)
  expect(() => tickets.verify(`${version}.0${until}.${signature}`, 't')).toThrow(refused)
})

test('anything else is no ticket', () => {
  const { tickets } = create()
  for (const text of ['', 't1', 't1..', '..', `t1.9999999999.${'A'.repeat(43)}`]) {
    expect(() => tickets.verify(text, 't')).toThrow(refused)
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => tickets.verify(text, 't')).toThrow(refused)
    }),
  )
})

test('a ticket of another secret is worthless', () => {
  const { ticket } = create('another secret').tickets.issue('t')
  expect(() => create().tickets.verify(ticket, 't')).toThrow(refused)
})

test('without a secret there are no tickets', () => {
  const secret = (): string => {
    throw notConfigured('AGENT_GATEWAY_SECRET_KEY', 'It is not set.')
  }
  const tickets = createTickets({ secret, clock: createManualClock(), minutes: 5 })
  expect(() => tickets.issue('t')).toThrow(expect.objectContaining({ status: 503 }))
  expect(() => tickets.verify(`t1.1.${'A'.repeat(43)}`, 't')).toThrow(
    expect.objectContaining({ status: 503 }),
  )
})
