import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type LinkListener = { onMessage(data: unknown): void; onGap(): void }

/**
 * This process's one WebSocket to a hub, on which it announces and listens. Opened at first use, reopened for ever.
 * Plain JSON protocol: a reliable client breaks above 1,000 messages/s, and what a bell loses the table still has.
 */
export type Link = {
  /** Sends without waiting for an acknowledgement; while the link is down nothing is sent. */
  send(group: string, data: object): Promise<void>
  /**
   * Hands a text to a group and resolves when the service has it. Tried twice under one ackId, of which the service
   * takes the second for a repetition as long as the link is the same one.
   * @throws when the link is down, or the service does not acknowledge it.
   */
  deliver(group: string, text: string): Promise<void>
  /** Resolves when the group is joined or the service is known to be down. Answers the function that leaves. */
  listen(group: string, listener: LinkListener): Promise<() => void>
  /** Whether the link is open; opens it when it never was. */
  probe(): Promise<boolean>
}

export type LinkOptions = {
  getUrl: () => Promise<string>
  /** What goes on in which way while the service is down; ends sentences of the log. */
  meanwhile: string
  clock: Clock
  log: Log
}

/** Milliseconds that the first announcements and the first listeners of a process wait for the link. */
const CONNECT_WAIT_MS = 2000
/** Milliseconds that a join or a delivery waits for its answer: the client itself would wait for ever. */
const ACK_WAIT_MS = 2000
/** Milliseconds between two attempts to reach a service that is down. */
const RECONNECT_MS = { retryDelayInMs: 200, maxRetryDelayInMs: 2000 }

const createClient = (getUrl: () => Promise<string>): WebPubSubClient =>
  new WebPubSubClient(
    { getClientAccessUrl: getUrl },
    {
      protocol: WebPubSubJsonProtocol(),
      autoRejoinGroups: false,
      messageRetryOptions: { maxRetries: 0 },
      reconnectRetryOptions: { ...RECONNECT_MS, mode: 'Exponential' },
    },
  )

class WebSocketLink implements Link {
  readonly #options: LinkOptions
  readonly #client: WebPubSubClient
  readonly #listeners = new Map<string, Set<LinkListener>>()
  #acks = 0
  #up = false
  #starting: Promise<void> | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#client = createClient(options.getUrl)
    this.#client.on('connected', () => this.#onConnected())
    this.#client.on('disconnected', () => this.#onDisconnected())
    this.#client.on('group-message', ({ message }) => {
      this.#listeners.get(message.group)?.forEach((listener) => listener.onMessage(message.data))
    })
  }

  probe(): Promise<boolean> {
    return this.#connect()
  }

  async send(group: string, data: object): Promise<void> {
    if (!(await this.#connect())) return
    await this.#client.sendToGroup(group, data, 'json', { fireAndForget: true }).catch(() => undefined)
  }

  async deliver(group: string, text: string): Promise<void> {
    if (!(await this.#connect())) throw new Error('The link to Web PubSub is down.')
    const ackId = ++this.#acks
    const attempt = (): Promise<unknown> =>
      this.#acknowledged((abortSignal) =>
        this.#client.sendToGroup(group, text, 'text', { ackId, abortSignal }),
      )
    await attempt().catch(attempt)
  }

  async listen(group: string, listener: LinkListener): Promise<() => void> {
    const set = this.#listeners.get(group) ?? new Set()
    this.#listeners.set(group, set.add(listener))
    if (await this.#connect()) await this.#join(group)
    return () => {
      set.delete(listener)
      if (set.size > 0 || this.#listeners.get(group) !== set) return
      this.#listeners.delete(group)
      if (this.#up) void this.#client.leaveGroup(group, { ackId: ++this.#acks }).catch(() => undefined)
    }
  }

  #onConnected(): void {
    this.#up = true
    for (const [group, set] of this.#listeners) {
      void this.#join(group).then(() => set.forEach((listener) => listener.onGap()))
    }
  }

  #onDisconnected(): void {
    if (this.#up) this.#options.log.warn(`Web PubSub is not reachable; ${this.#options.meanwhile}.`, {})
    this.#up = false
  }

  async #join(group: string): Promise<void> {
    const { log, meanwhile } = this.#options
    const ackId = ++this.#acks
    try {
      await this.#acknowledged((abortSignal) => this.#client.joinGroup(group, { ackId, abortSignal }))
    } catch (error) {
      log.warn(`A group of Web PubSub could not be joined; ${meanwhile}.`, { group, error })
    }
  }

  async #acknowledged(operation: (late: AbortSignal) => Promise<unknown>): Promise<void> {
    const [answered, late] = [new AbortController(), new AbortController()]
    void this.#options.clock.sleep(ACK_WAIT_MS, answered.signal).then(() => late.abort(ABORTED))
    try {
      await operation(late.signal)
    } finally {
      answered.abort(ABORTED)
    }
  }

  /** Whoever comes while the first connection is being made waits for it too: its bell would be lost. */
  async #connect(): Promise<boolean> {
    if (this.#up) return true
    this.#starting ??= this.#start()
    await this.#starting
    return this.#up
  }

  async #start(): Promise<void> {
    const connected = new Promise<void>((resolve) => this.#client.on('connected', () => resolve()))
    void this.#startForEver()
    await Promise.race([connected, this.#options.clock.sleep(CONNECT_WAIT_MS)])
  }

  /** The SDK reconnects by itself once it was connected; the first connection is ours to repeat. */
  async #startForEver(): Promise<void> {
    for (
      let pause = RECONNECT_MS.retryDelayInMs;
      ;
      pause = Math.min(pause * 2, RECONNECT_MS.maxRetryDelayInMs)
    ) {
      try {
        await this.#client.start()
        return
      } catch (error) {
        this.#options.log.warn(`Web PubSub does not answer; ${this.#options.meanwhile}.`, { error })
        await this.#options.clock.sleep(pause)
      }
    }
  }
}

export const openLink = (options: LinkOptions): Link => new WebSocketLink(options)
