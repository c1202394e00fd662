import type { SignalMessage } from '../../contract/signaling/message.ts'
import type { Clock } from '../../kernel/clock.ts'
import { hashText } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { HubEvent, HubReply } from '../hub-event.ts'
import type { Authenticate } from '../identity/create-authenticate.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import { type ReadMessage, readMessage, readMessageId } from '../identity/read-message.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { Sockets } from '../sockets.ts'
import { isForGateway } from './addressee.ts'
import { createErrorFrame, toSignalFailure } from './answer-failure.ts'
import type { Answer, RegisterAgent } from './register-agent.ts'
import { rememberId } from './remember-id.ts'
import type { ServeGateway } from './serve-gateway.ts'
import { type Rate, takeToken } from './take-token.ts'

export type HandleFrameOptions = {
  authenticate: Pick<Authenticate, 'frame'>
  identity: GatewayIdentity
  connected: Pick<ConnectedAgents, 'find' | 'touch'>
  sockets: Pick<Sockets, 'send' | 'close'>
  registerAgent: RegisterAgent
  forwardFrame: (sender: ConnectedAgent, message: SignalMessage, text: string) => Promise<void>
  serveGateway: ServeGateway
  clock: Clock
  log: Log
  rate: Rate
  maxBytes: number
}

type FrameEvent = Extract<HubEvent, { kind: 'message' }>

const notRegistered = (): SignalFailure =>
  new SignalFailure(
    'CONNECTION_REFUSED',
    'not_registered',
    'The first frame of a connection must be a REGISTER. Connect again and register.',
    { closes: true },
  )

const saidByGateway = (): SignalFailure =>
  new SignalFailure(
    'MALFORMED_MESSAGE',
    'not_for_the_gateway',
    'REGISTERED is what the gateway says. It is not passed on from agents.',
  )

/** Takes a frame of an agent: checks it, then does what it says, or answers an ERROR. */
export const createHandleFrame = (
  options: HandleFrameOptions,
): ((event: FrameEvent) => Promise<HubReply>) => {
  const { identity, connected, sockets, clock, log } = options
  const errorFrame = createErrorFrame(options)

  const spend = (state: ConnectionState): ConnectionState => {
    const { bucket, waitMs } = takeToken(state.bucket, options.rate, clock.now())
    if (waitMs === 0) return { ...state, bucket }
    throw new SignalFailure(
      'CONNECTION_REFUSED',
      'rate_limited',
      `A connection may send ${options.rate.perSecond} frames a second. Wait, and send the frame again.`,
      { details: { retry_after_ms: waitMs } },
    )
  }

  /** The sender, if this connection still is the one that it registered last. */
  const findSender = async (did: string, { generation = 0 }: ConnectionState): Promise<ConnectedAgent> => {
    const remembered = await connected.find(did)
    // What this process remembers may be older than what the connection proves.
    const isOlder = remembered === undefined || remembered.generation < generation
    const agent = isOlder ? await connected.find(did, { fresh: true }) : remembered
    if (agent?.generation === generation) return agent
    throw new SignalFailure(
      'CONNECTION_REFUSED',
      'replaced',
      agent === undefined
        ? 'The agent of this connection is not registered any more. Connect again and register.'
        : 'The agent of this connection has registered another one. Use that one.',
      { closes: true },
    )
  }

  const remember = (state: ConnectionState, { message, time }: ReadMessage): ConnectionState => {
    const remembered = rememberId(state, { idHash: hashText(message.id), time })
    if (remembered !== undefined) return { ...state, ...remembered }
    const words =
      'This message was taken before, or is older than those that were. Sign a new one with a new id.'
    throw new SignalFailure('INVALID_SIGNATURE', 'replayed', words)
  }

  const take = async (event: FrameEvent, spent: ConnectionState, text: string): Promise<Answer> => {
    const read = readMessage(text, options)
    const { message } = read
    if (message.type === 'REGISTER') return options.registerAgent({ ...event, state: spent }, read, message)
    const { did, key } = spent
    if (did === undefined) throw notRegistered()
    if (message.type === 'REGISTERED') throw saidByGateway()
    options.authenticate.frame(read, { did, ...(key === undefined ? {} : { key }) })
    const agent = await findSender(did, spent)
    const state = remember(spent, read)
    if (message.type === 'UNREGISTER' || isForGateway(message, identity.did)) {
      return options.serveGateway({ agent, state, text }, message)
    }
    await options.forwardFrame(agent, message, text)
    await connected.touch(agent)
    return { state }
  }

  return async (event) => {
    const { connectionId, text } = event
    let { state } = event
    try {
      state = spend(state)
      if (text === undefined)
        throw new SignalFailure('MALFORMED_MESSAGE', 'not_json', 'Frames are JSON text, not binary.')
      return { kind: 'taken', ...(await take(event, state, text)) }
    } catch (error) {
      const failure = toSignalFailure(error)
      const id = readMessageId(text ?? '')
      const { code, reason, closes, cause } = failure
      const fields = { agent_id: state.did, connection_id: connectionId, code, reason, message_id: id }
      log.warn('A frame was refused.', cause === undefined ? fields : { ...fields, error: cause })
      const frame = errorFrame(failure, {
        ...(id === undefined ? {} : { id }),
        ...(state.did === undefined ? {} : { to: state.did }),
      })
      if (!closes) return { kind: 'taken', frame, state }
      await sockets.send(connectionId, frame)
      await sockets.close(connectionId, failure.message)
      return { kind: 'taken', state }
    }
  }
}
