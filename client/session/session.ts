import { REPLACED_CLOSE_REASON } from '../../shared/contract/signaling/close-reason.ts'
import { ClientError } from '../client-error.ts'
import { createEmitter } from '../emitter.ts'
import { createBelieve, type ResolveKey } from '../frames/create-believe.ts'
import { createFrames, type Said } from '../frames/create-frames.ts'
import type { Signer } from '../identity/open-key.ts'
import type { Message, MessageType, Payloads } from '../messages.ts'
import type { Platform } from '../platform.ts'
import { backoffMs } from './backoff.ts'
import { createReplies } from './create-replies.ts'
import { createTakeMessage } from './create-take-message.ts'
import { keepAlive } from './keep-alive.ts'
import type { GatewayLink, LinkEvents } from './open-gateway-link.ts'
import type { LinkEnd } from './open-link.ts'
import { isFinal } from './refusal.ts'
import type { SessionEvents } from './session-events.ts'

type Registration = Omit<Payloads['REGISTER'], 'public_key' | 'nonce'>
type Question = Omit<Said, 'id'> & { answer: MessageType; timeoutMs?: number | undefined }

export type SessionOptions = {
  signer: Signer
  openLink: (events: LinkEvents) => Promise<GatewayLink>
  resolveKey?: ResolveKey | undefined
  /** Where it is known beforehand: the only gateway that is talked to. */
  gatewayDid?: string | undefined
  pingMs: number
  /** How long the gateway may take for an answer. */
  replyMs: number
  platform: Platform
}

const closed = (): ClientError => new ClientError('closed', 'The connection was closed.')
const lost = (): ClientError =>
  new ClientError('connection_lost', 'The connection was lost before an answer came.')

/** The conversation with the gateway, over one WebSocket after the other. */
export class Session {
  readonly did: string
  readonly events = createEmitter<SessionEvents>()
  readonly #options: SessionOptions
  readonly #makeFrame: (said: Said) => Promise<string>
  readonly #believe: ReturnType<typeof createBelieve>
  readonly #replies = createReplies()
  readonly #take: ReturnType<typeof createTakeMessage>
  /** What is done when a frame is refused, by its id. */
  readonly #refusals = new Map<string, (error: ClientError) => void>()
  readonly #ended = new AbortController()
  #link: GatewayLink | undefined
  #linkOver = new AbortController()
  #gatewayDid: string | undefined
  /** What is said at each registration, once it was accepted. */
  #registration: Registration | undefined
  #isRegistered = false
  #writing: Promise<unknown> = Promise.resolve()
  #reading: Promise<unknown> = Promise.resolve()

  constructor(options: SessionOptions) {
    const { signer, resolveKey, gatewayDid, platform } = options
    this.did = signer.did
    this.#options = options
    this.#gatewayDid = gatewayDid
    this.#makeFrame = createFrames({ signer, now: platform.now })
    this.#believe = createBelieve({ did: signer.did, resolveKey, now: platform.now })
    this.#take = createTakeMessage({
      replies: this.#replies,
      refusals: this.#refusals,
      events: this.events,
      end: (reason) => this.end(reason),
    })
  }

  /** Known after the first registration. */
  get gatewayDid(): string | undefined {
    return this.#gatewayDid
  }

  get isRegistered(): boolean {
    return this.#isRegistered
  }

  /** Aborted when the connection has ended for good. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** @throws ClientError `connection_lost`, `http`, `closed` */
  async open(): Promise<GatewayLink> {
    if (this.ended.aborted) throw closed()
    if (this.#link !== undefined) return this.#link
    const link = await this.#options.openLink({
      onText: (text) => {
        this.#reading = this.#reading.then(() => this.#read(text))
      },
      onEnd: (end) => this.#lose(end),
    })
    this.#linkOver = new AbortController()
    this.#link = link
    if (this.ended.aborted) link.end({ code: 1000, reason: '' })
    return link
  }

  /** Registers on this connection and on all that follow. @throws ClientError */
  async register(registration: Registration): Promise<Payloads['REGISTERED']> {
    const registered = await this.#register(await this.open(), registration)
    this.#registration = registration
    return registered
  }

  /** Sends a frame, after those that were sent before. @throws ClientError `not_connected`, `connection_lost` */
  async write(said: Said): Promise<void> {
    const link = this.#link
    if (link === undefined || !(this.#isRegistered || said.type === 'REGISTER')) {
      if (this.ended.aborted) throw closed()
      throw new ClientError('not_connected', 'The agent is not registered (any more). Wait for "registered".')
    }
    const written = this.#writing.then(async () => link.send(await this.#makeFrame(said)))
    this.#writing = written.catch(() => undefined)
    return written
  }

  /** Sends a frame and waits for the one that answers it. @throws ClientError `refused`, `timeout`, … */
  async ask({ answer: type, timeoutMs = this.#options.replyMs, ...question }: Question): Promise<Message> {
    const { uuid, sleep } = this.#options.platform
    const said = { ...question, id: uuid() }
    const over = new AbortController()
    const answer = this.#replies.expect(said.id, { type, peer: said.to })
    void sleep(timeoutMs, over.signal).then(() => {
      const words = `No ${type} came within ${timeoutMs / 1000} s.`
      this.#replies.fail(said.id, new ClientError('timeout', words))
    })
    try {
      await this.write(said)
      return await answer
    } finally {
      this.#replies.forget(said.id)
      over.abort()
    }
  }

  /** Resolves when the gateway has dealt with all that was written before. @throws ClientError */
  async ping(): Promise<void> {
    await this.ask({ type: 'PING', to: this.#gatewayDid ?? this.did, payload: {}, answer: 'PONG' })
  }

  /** Has an ERROR to a frame go to a listener, until it is forgotten. */
  onRefused(id: string, listener: (error: ClientError) => void): () => void {
    this.#refusals.set(id, listener)
    return () => void this.#refusals.delete(id)
  }

  /** Ends the conversation; nothing is opened again. */
  end(reason?: ClientError): void {
    if (this.ended.aborted) return
    this.#ended.abort()
    this.#replies.failAll(reason ?? closed())
    this.#link?.end({ code: 1000, reason: '' })
    if (reason !== undefined) this.events.emit('error', reason)
    this.events.emit('closed', reason)
  }

  async #register(link: GatewayLink, registration: Registration): Promise<Payloads['REGISTERED']> {
    const { nonce } = link
    const { publicKey: public_key } = this.#options.signer
    const payload = { ...registration, public_key, ...(nonce === undefined ? {} : { nonce }) }
    // A REGISTER that names its gateway is worth nothing to another one.
    const to = this.#gatewayDid ?? link.gatewayDid ?? this.did
    const message = await this.ask({ type: 'REGISTER', to, payload, answer: 'REGISTERED' })
    if (message.type !== 'REGISTERED' || this.#link !== link) throw lost()
    this.#gatewayDid ??= message.from
    this.#isRegistered = true
    const { pingMs, platform } = this.#options
    void keepAlive({
      everyMs: Math.min(pingMs, (message.payload.agent_timeout * 1000) / 3),
      ping: () => this.ping(),
      onSilence: () => link.end({ code: 1006, reason: 'The gateway did not answer.' }),
      platform,
      signal: this.#linkOver.signal,
    })
    this.events.emit('registered', message.payload)
    return message.payload
  }

  #lose(end: LinkEnd): void {
    const wasRegistered = this.#isRegistered
    this.#link = undefined
    this.#isRegistered = false
    this.#linkOver.abort()
    this.#replies.failAll(this.ended.aborted ? closed() : lost())
    this.events.emit('disconnected', end)
    if (this.ended.aborted) return
    if (end.reason === REPLACED_CLOSE_REASON) this.end(new ClientError('replaced', end.reason))
    else if (wasRegistered) void this.#comeBack()
  }

  async #comeBack(): Promise<void> {
    const { sleep, random } = this.#options.platform
    for (let attempt = 0; ; attempt++) {
      await sleep(backoffMs(attempt, random), this.ended)
      if (this.ended.aborted || this.#isRegistered) return
      try {
        await this.#register(await this.open(), this.#registration ?? {})
        return
      } catch (error) {
        if (isFinal(error)) return this.end(error)
        this.#link?.end({ code: 1000, reason: '' })
      }
    }
  }

  async #read(text: string): Promise<void> {
    const message = await this.#believe(text)
    if (this.ended.aborted) return
    if (typeof message === 'string') this.events.emit('dropped', { reason: message, frame: text })
    else this.#take(message, this.#gatewayDid ?? this.#link?.gatewayDid)
  }
}
