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

test('a ticket for a name of a stream says which stream it opens, and cannot be made to say another', () => {
  const { tickets } = create()
  const { ticket } = tickets.issue('task-1', 'stream/ü')
  expect(tickets.verify(ticket, 'task-1')).toBe('stream/ü')
  expect(tickets.verify(tickets.issue('t').ticket, 't')).toBeUndefined()
  const [, until, opens, signature] = ticket.split('.')
  const other = Buffer.from('another').toString('base64url')
  for (const [forged, stream] of [
    [ticket, 'task-2'],
    [`t2.${until}.${other}.${signature}`, 'task-1'],
    [`t1.${until}.${signature}`, 'task-1'],
    [`t1.${until}.${signature}`, `${opens}.task-1`],
  ] as const) {
    expect(() => tickets.verify(forged, stream)).toThrow(refused)
  }
  // A stream may be named like the inside of a ticket.
  const { ticket: plain } = tickets.issue(`${opens}.task-1`)
  expect(() =>
    tickets.verify(plain.replace('t1.', 't2.').replace(/\.([^.]+)$/, `.${opens}.$1`), 'task-1'),
  ).toThrow(refused)
})
