import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** An event was larger than it may be. */
export class EventTooLarge extends Error {
  override name = 'EventTooLarge'
}

/**
 * The events of a server-sent event stream, one by one. Holds one chunk and one unfinished event, never the stream.
 * What stands after the last blank line is no event (HTML standard, 9.2.6).
 * @throws EventTooLarge above `maxBytes`.
 */
export async function* readSse(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  let events: EventSourceMessage[] = []
  let isTooLarge = false
  const parser = createParser({
    maxBufferSize: maxBytes,
    onEvent: (event) => void events.push(event),
    onError: ({ type }) => void (isTooLarge ||= type === 'max-buffer-size-exceeded'),
  })
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    for (const event of events) {
      if (Buffer.byteLength(event.data) > maxBytes) throw new EventTooLarge()
      yield event
    }
    events = []
    if (isTooLarge) throw new EventTooLarge()
  }
}
