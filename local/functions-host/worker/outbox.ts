/** Messages on their way to another process. */
export type Outbox<Message> = {
  put(message: Message): void
  /** Hands over at once what waits; `sent` is called when it is written, also when nothing waits. */
  flush(sent?: () => void): void
}

/**
 * Hands over together what one turn of the event loop brings, at the turn's end: each write to a channel, and each
 * wake-up at its other end, costs more than the message in it.
 */
export const createOutbox = <Message>(
  write: (messages: readonly Message[], sent: () => void) => void,
): Outbox<Message> => {
  let waiting: Message[] = []

  const flush = (sent: () => void = () => undefined): void => {
    if (waiting.length === 0) return sent()
    const messages = waiting
    waiting = []
    write(messages, sent)
  }

  return {
    put: (message) => {
      if (waiting.push(message) === 1) setImmediate(() => flush())
    },
    flush,
  }
}
