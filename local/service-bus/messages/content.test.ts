import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain, typed, writeValues } from '../amqp/rhea.ts'
import { applicationPropertiesOf, propertiesOf, readContent, withApplicationProperties } from './content.ts'
import { encodeContent, encodeMessage } from './encode-message.ts'

/** An encoded message as a client sends it. */
const encoded = (parts: {
  ttl?: number
  annotations?: Record<string, string>
  id?: string
  session?: string
  properties?: Record<string, string | number>
  body?: Uint8Array
}): Buffer => {
  const symbols = (record: Record<string, unknown>) =>
    typed.map(Object.entries(record).map(([name, value]) => [typed.symbol(name), typed.any(value)] as const))
  const fields = Array.from({ length: 11 }, () => typed.nothing())
  if (parts.id !== undefined) fields[0] = typed.string(parts.id)
  if (parts.session !== undefined) fields[10] = typed.string(parts.session)
  const ttl = parts.ttl === undefined ? typed.nothing() : typed.uint(parts.ttl)
  return writeValues(
    typed.described(0x70, typed.list([typed.boolean(true), typed.nothing(), ttl])),
    typed.described(0x72, symbols(parts.annotations ?? {})),
    typed.described(0x73, typed.list(fields)),
    typed.described(0x74, typed.any(parts.properties ?? {})),
    typed.described(0x75, typed.binary(Buffer.from(parts.body ?? []))),
  )
}

const stamps = {
  sequence: 2 ** 40 + 1,
  enqueuedSequence: 7,
  enqueuedAt: 1_700_000_000_000,
  deliveryCount: 3,
  state: 'deferred' as const,
  ttlMs: 5_000,
  lockedUntil: 1_700_000_060_000,
  deadLetterSource: 'source',
}

describe('a content', () => {
  test('knows what the broker needs of a message', () => {
    const content = readContent(
      encoded({
        ttl: 9_000,
        id: 'id',
        session: 's',
        annotations: { own: 'x', 'x-opt-sequence-number': 'forged' },
      }),
    )
    expect(content).toMatchObject({ durable: true, ttlMs: 9_000, messageId: 'id', sessionId: 's' })
    expect([...content.annotations.keys()]).toEqual(['own'])
  })

  test('without a properties section gets one with an id', () => {
    const content = readContent(writeValues(typed.described(0x75, typed.binary(Buffer.from('body')))))
    expect(content.messageId).toMatch(/^[0-9a-f]{32}$/)
    expect(plain(propertiesOf(content)[0])).toBe(content.messageId)
    expect(content.tail.toString('latin1').endsWith('body')).toBe(true)
  })

  test('is the same after it was kept in the journal', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(
        fc.record({
          id: fc.string({ minLength: 1 }),
          session: text,
          ttl: fc.nat(),
          properties: fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, fc.integer({ min: 1 }))),
          body: fc.uint8Array({ maxLength: 500 }),
        }),
        (parts) => {
          const content = readContent(encoded(parts))
          const again = readContent(encodeContent(content))
          expect({ ...again, bytes: 0 }).toEqual({ ...content, bytes: 0 })
          expect(plain(typed.any(Object.fromEntries(applicationPropertiesOf(again))))).toEqual(
            plain(typed.any(Object.fromEntries(applicationPropertiesOf(content)))),
          )
        },
      ),
    )
  })

  test('is delivered with the stamps of the broker, and read back without them', () => {
    const content = readContent(encoded({ id: 'id', annotations: { own: 'x' }, body: Buffer.from('b') }))
    const delivered = encodeMessage(content, stamps)
    const again = readContent(delivered)
    expect(again).toMatchObject({ ttlMs: 5_000, messageId: 'id' })
    expect([...again.annotations.keys()]).toEqual(['own'])
    expect(again.tail.equals(content.tail)).toBe(true)
    expect(delivered.includes('x-opt-locked-until')).toBe(true)
    expect(delivered.includes('x-opt-deadletter-source')).toBe(true)
  })

  test('with other application properties keeps everything else', () => {
    const content = readContent(
      encoded({ id: 'id', session: 's', properties: { a: 1 }, body: Buffer.from('body') }),
    )
    const changed = withApplicationProperties(content, new Map([['b', typed.string('2')]]))
    expect([...applicationPropertiesOf(changed)].map(([name, value]) => [name, plain(value)])).toEqual([
      ['b', '2'],
    ])
    expect(changed).toMatchObject({ messageId: 'id', sessionId: 's' })
    expect(changed.tail.toString('latin1').endsWith('body')).toBe(true)
    const none = withApplicationProperties(changed, new Map())
    expect(applicationPropertiesOf(none).size).toBe(0)
    expect(none.tail.toString('latin1').endsWith('body')).toBe(true)
  })

  test.each([
    ['nothing described', Buffer.from([0x40])],
    ['a section that is cut off', encoded({ body: Buffer.alloc(100) }).subarray(0, -5)],
    ['an unknown type', Buffer.from([0x00, 0x53, 0x75, 0x0f, 0x00])],
  ])('cannot be %s', (_what, bytes) => {
    expect(() => readContent(bytes)).toThrow()
  })
})
