import type { Link } from '../amqp/link.ts'
import { outcome } from '../amqp/outcomes.ts'
import { readRequest, type Reply, type Request, writeReply } from '../messages/request.ts'

const NO_TAG = Buffer.alloc(0)

/**
 * The links of one connection on which answers travel back. A request names one by `reply_to`: the target address of the
 * link, or its name.
 */
export type ReplyLinks = {
  add(link: Link): void
  send(request: Request, reply: Reply): void
}

export const createReplyLinks = (): ReplyLinks => {
  const links = new Map<string, { link: Link; waiting: Buffer[] }>()

  const flush = ({ link, waiting }: { link: Link; waiting: Buffer[] }): void => {
    while (link.credit > 0) {
      const payload = waiting.shift()
      if (payload === undefined) return
      link.deliver({ tag: NO_TAG, payload, settled: true })
    }
  }

  return {
    add: (link) => {
      const entry = { link, waiting: [] }
      const names = [link.name, link.target?.address ?? link.name]
      for (const name of names) links.set(name, entry)
      link.accept({
        onCredit: () => flush(entry),
        onClosed: () => {
          for (const name of names) if (links.get(name)?.link === link) links.delete(name)
        },
      })
    },
    send: (request, reply) => {
      const entry = links.get(request.replyTo)
      if (entry === undefined) return
      entry.waiting.push(writeReply(request, reply))
      flush(entry)
    },
  }
}

/** Serves a client's sender of requests: every one gets an answer on the link that it names. */
export const answerRequests = (
  link: Link,
  replies: ReplyLinks,
  answer: (request: Request, reply: (reply: Reply) => void) => void,
): void => {
  link.accept({
    onMessage: (message) => {
      try {
        const request = readRequest(message.payload)
        if (!message.settled) link.settle(message.deliveryId)
        answer(request, (reply) => replies.send(request, reply))
      } catch (error) {
        const description = error instanceof Error ? error.message : String(error)
        link.settle(message.deliveryId, outcome.rejected({ condition: 'amqp:decode-error', description }))
      }
    },
  })
}
