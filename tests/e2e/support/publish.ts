import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus'
import type { TestCloud } from './start-test-cloud.ts'

/** What an agent says of one event; everything else is filled in. */
export type Said = { type?: string; payload?: object; index?: number }

/** An agent does not give up: what it could not send, or does not know whether it was sent, it sends again. */
export type Agent = {
  /** Publishes one event; resolves when the broker has it. */
  say(said?: Said): Promise<void>
  /** Publishes events in one batch. */
  sayAll(said: readonly Said[]): Promise<void>
  /** Publishes the final payload. */
  finish(payload?: object): Promise<void>
  /** Publishes what is no event. */
  sendRaw(body: unknown): Promise<void>
}

const senders = new WeakMap<TestCloud, ServiceBusSender>()

/** One sender for all agents of a cloud. */
const senderOf = (cloud: TestCloud): ServiceBusSender => {
  const sender = senders.get(cloud) ?? cloud.bus.createSender('agent-events')
  senders.set(cloud, sender)
  return sender
}

const RETRY_MS = 50
const LIMIT_MS = 60_000

const send = async (
  sender: ServiceBusSender,
  messages: ServiceBusMessage | ServiceBusMessage[],
): Promise<void> => {
  const end = Date.now() + LIMIT_MS
  for (;;) {
    try {
      return await sender.sendMessages(messages)
    } catch (error) {
      if (Date.now() > end) throw error
      await delay(RETRY_MS)
    }
  }
}

/** The message of one event. */
export const eventMessage = (
  task: string,
  { type = 'note', payload = {}, index = 0 }: Said,
  agent = 'agent',
): ServiceBusMessage => ({
  sessionId: task,
  contentType: 'application/json',
  body: {
    task_id: task,
    agent_id: agent,
    agent_name: `The ${agent}`,
    event_index: index,
    timestamp: '2026-11-20T10:00:00Z',
    event_type: type,
    payload,
  },
})

/** An agent that writes one task, with a numbering of its own. */
export const createAgent = (
  cloud: TestCloud,
  { task, id = 'agent', firstIndex = 0 }: { task: string; id?: string; firstIndex?: number },
): Agent => {
  const sender = senderOf(cloud)
  let next = firstIndex

  const toMessage = (said: Said): ServiceBusMessage =>
    eventMessage(task, { ...said, index: said.index ?? next++ }, id)

  return {
    say: (said = {}) => send(sender, toMessage(said)),
    sayAll: (said) => send(sender, said.map(toMessage)),
    finish: (payload = { done: true }) => send(sender, toMessage({ type: 'final_payload', payload })),
    sendRaw: (body) => send(sender, { sessionId: task, body }),
  }
}
