import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OutboundMessage } from './outbound-message.ts'
import { ReplayBuffer } from './replay-buffer.ts'

const message = (text: string, expiresAt?: number): OutboundMessage =>
  new OutboundMessage({ source: { from: 'server' }, payload: { dataType: 'text', text }, expiresAt })

const textsOf = (buffer: ReplayBuffer, now = 0): string[] =>
  buffer.pending(now).map(({ message: { raw } }) => String(raw))

describe('ReplayBuffer', () => {
  test('it numbers from 1 and forgets what is acknowledged', () => {
    const buffer = new ReplayBuffer()
    expect(['a', 'b', 'c'].map((text) => buffer.push(message(text)))).toEqual([1, 2, 3])
    buffer.acknowledge(2)
    buffer.acknowledge(1)
    expect(textsOf(buffer)).toEqual(['c'])
    buffer.acknowledge(99)
    expect(textsOf(buffer)).toEqual([])
    expect(buffer.push(message('d'))).toBe(4)
  })

  test('it takes a thousand messages', () => {
    const buffer = new ReplayBuffer()
    for (let n = 1; n <= 1000; n++) expect(buffer.push(message('x'))).toBe(n)
    expect(buffer.push(message('x'))).toBeUndefined()
  })

  test('it takes 16 MB', () => {
    const buffer = new ReplayBuffer()
    const large = message('x'.repeat(1_000_000))
    for (let n = 1; n <= 16; n++) expect(buffer.push(large)).toBe(n)
    expect(buffer.push(large)).toBeUndefined()
    buffer.acknowledge(1)
    expect(buffer.push(large)).toBe(17)
  })

  test('what expired is dropped and makes room', () => {
    const buffer = new ReplayBuffer()
    const large = 'x'.repeat(15_000_000)
    buffer.push(message(large, 1000))
    buffer.push(message('stays'))
    expect(textsOf(buffer, 999)).toEqual([large, 'stays'])
    expect(textsOf(buffer, 1000)).toEqual(['stays'])
    expect(buffer.push(message(large))).toBe(3)
  })

  test('a client that counts sequence ids gets everything once and in order, wherever the line breaks', () => {
    const step = fc.oneof(
      fc.constant('send'),
      fc.constant('send and lose'),
      fc.constant('acknowledge'),
      fc.constant('break and recover'),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const buffer = new ReplayBuffer()
        const received: string[] = []
        let seen = 0
        let sent = 0
        const receive = (sequenceId: number, text: string): void => {
          if (sequenceId <= seen) return
          seen = sequenceId
          received.push(text)
        }
        const recover = (): void => {
          for (const {
            sequenceId,
            message: { raw },
          } of buffer.pending(0))
            receive(sequenceId, String(raw))
        }
        let broken = false
        for (const action of steps) {
          if (action === 'acknowledge') buffer.acknowledge(seen)
          else if (action === 'break and recover') {
            recover()
            broken = false
          } else {
            const text = String(sent++)
            const sequenceId = buffer.push(message(text)) ?? 0
            broken ||= action === 'send and lose'
            if (!broken) receive(sequenceId, text)
          }
        }
        recover()
        expect(received).toEqual(Array.from({ length: sent }, (_, n) => String(n)))
      }),
    )
  })
})
