import { EventSource } from 'eventsource'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSse, type ParsedEvent } from '../../tests/support/parse-sse.ts'
import { encodeSse, type SseFrame } from './sse.ts'

const Data = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\r', '\n', '\r\n', '\0', ' ', ':', 'data: x', '\u2028', '\uFEFF'),
    ),
  )
  .map((parts) => parts.join(''))
const OneLine = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0]/g, ''))
const Name = fc.constantFrom('failure', 'note', 'über')
const Frame = fc.record({ data: Data, id: OneLine, event: Name }, { requiredKeys: ['data'] })

/** What a client makes of line breaks inside data. */
const asReceived = (data: string): string => data.replace(/\r\n|\r/g, '\n')

const expected = (frames: readonly { data: string; id?: string; event?: string }[]): ParsedEvent[] => {
  let lastEventId = ''
  return frames.map(({ data, id, event }) => {
    lastEventId = id ?? lastEventId
    return { type: event ?? 'message', data: asReceived(data), lastEventId }
  })
}

test('a parser that follows the standard gets back every event, whatever its data', () => {
  fc.assert(
    fc.property(fc.array(Frame, { maxLength: 5 }), (frames) => {
      expect(parseSse(frames.map(encodeSse).join('')).events).toEqual(expected(frames))
    }),
  )
})

test('what stands between the events changes none of them', () => {
  const Noise = fc.constantFrom<SseFrame>(
    { comment: '' },
    { comment: 'a\r\nb\rid: 7\n\ndata: x' },
    { retry: 500 },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(Frame, Noise), { maxLength: 5 }), (pairs) => {
      const text = pairs.map(([frame, noise]) => encodeSse(noise) + encodeSse(frame)).join('')
      expect(parseSse(text).events).toEqual(expected(pairs.map(([frame]) => frame)))
    }),
  )
})

test('the EventSource of the eventsource package gets back every event too', async () => {
  // A lone byte order mark at the start of the stream would be the stream's, so the frames follow a comment.
  const frames = fc.sample(Frame, { numRuns: 100, seed: 7 })
  const text = encodeSse({ comment: '' }) + frames.map(encodeSse).join('')
  const received: ParsedEvent[] = []
  const { promise: all, resolve } = Promise.withResolvers<void>()
  const source = new EventSource('http://127.0.0.1/', {
    fetch: async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } }),
  })
  for (const type of ['message', 'failure', 'note', 'über']) {
    source.addEventListener(type, ({ data, lastEventId }) => {
      received.push({ type, data: String(data), lastEventId })
      if (received.length === frames.length) resolve()
    })
  }
  await all
  source.close()
  expect(received).toEqual(expected(frames))
})

test('a frame is written as the standard writes it', () => {
  expect(encodeSse({ id: '7', event: 'failure', data: 'a\nb' })).toBe(
    'event: failure\nid: 7\ndata: a\ndata: b\n\n',
  )
  expect(encodeSse({ retry: 1000 })).toBe('retry: 1000\n\n')
  expect(encodeSse({ comment: '' })).toBe(': \n\n')
  expect(encodeSse({ data: '' })).toBe('data: \n\n')
  expect(encodeSse({ id: '7' })).toBe('id: 7\n\n')
})

test.each(['a\nb', 'a\rb', 'a\r\nb', 'a\0b'])(
  'an id or name that would forge a field is refused: %j',
  (text) => {
    expect(() => encodeSse({ id: text })).toThrow('SSE id')
    expect(() => encodeSse({ event: text })).toThrow('SSE event name')
  },
)
