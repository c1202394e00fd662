import type { MessageOf, SignalMessage } from '../../contract/signaling/message.ts'
import type { Clock } from '../../kernel/clock.ts'
import { hashText } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { HandleHubEvent, HubEvent, HubReply } from '../hub-event.ts'
import type { Authenticate } from '../identity/create-authenticate.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import { type ReadMessage, readMessage, readMessageHead } from '../identity/read-message.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { IsThere } from '../presence/create-is-there.ts'
import type { Sockets } from '../sockets.ts'
import { isForGateway } from './addressee.ts'
import { createFindSender } from './find-sender.ts'
import { createRefuseFrame } from './refuse-frame.ts'
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
  forwardFrame: (sender: ConnectedAgent, message: SignalMessage, text: string) => Promise<ConnectedAgent>
  serveGateway: ServeGateway
  isThere: IsThere
  clock: Clock
  log: Log
  rate: Rate
  maxBytes: number
}

type FrameEvent = Extract<HubEvent, { kind: 'message' }>
type Register = MessageOf<'REGISTER'>
type WaitUntil = Parameters<HandleHubEvent>[1]
/** What a frame leads to, who gave a sign of life by it, and who it was handed to. */
type Taken = { answer: Answer; alive?: ConnectedAgent; reached?: ConnectedAgent }

const notRegistered = (): SignalFailure =>
  new SignalFailure(
    'not_registered',
    'The first frame of a connection must be a REGISTER. Connect again and register.',
    { closes: true },
  )

const saidByGateway = (): SignalFailure =>
  new SignalFailure(
    'not_for_the_gateway',
    'REGISTERED is what the gateway says. It is not passed on from agents.',
  )

/** What the connection carries once it knows the message. @throws SignalFailure `replayed` */
const remember = (state: ConnectionState, { message, time }: ReadMessage): ConnectionState => {
  const remembered = rememberId(state, { idHash: hashText(message.id), time })
  if (remembered !== undefined) return { ...state, ...remembered }
  const words =
    'This message was taken before, or is older than those that were. Sign a new one with a new id.'
  throw new SignalFailure('replayed', words)
}

/** Takes a frame of an agent: checks it, then does what it says, or answers an ERROR. */
export const createHandleFrame = (
  options: HandleFrameOptions,
): ((event: FrameEvent, waitUntil: WaitUntil) => Promise<HubReply>) => {
  const { identity, connected, clock } = options
  const findSender = createFindSender(options)
  const refuseFrame = createRefuseFrame(options)

  const spend = async (state: ConnectionState, text: string | undefined): Promise<ConnectionState> => {
    const { bucket, waitMs } = takeToken(state.bucket, options.rate, clock.now())
    if (waitMs === 0) return { ...state, bucket }
    if (text !== undefined && readMessageHead(text).type === 'EXEC_RESPONSE') {
      // The frames behind it wait too: an answer that is long comes slower, and whole.
      await clock.sleep(waitMs)
      return { ...state, bucket: [0, clock.now()] }
    }
    throw new SignalFailure(
      'rate_limited',
      `A connection may send ${options.rate.perSecond} frames a second. Wait, and send the frame again.`,
      { details: { retry_after_ms: waitMs } },
    )
  }

  const register = async (event: FrameEvent, read: ReadMessage, message: Register): Promise<Answer> => {
    const { failure, ...answer } = await options.registerAgent(event, read, message)
    return failure === undefined ? answer : refuseFrame({ ...event, state: answer.state }, failure)
  }

  const take = async (event: FrameEvent, spent: ConnectionState, text: string): Promise<Taken> => {
    const read = readMessage(text, options)
    const { message } = read
    if (message.type === 'REGISTER') {
      return { answer: await register({ ...event, state: spent }, read, message) }
    }
    const { did, key, generation } = spent
    if (did === undefined || generation === undefined) throw notRegistered()
    if (message.type === 'REGISTERED') throw saidByGateway()
    options.authenticate.frame(read, { did, ...(key === undefined ? {} : { key }) })
    const agent = await findSender(did, spent)
    const state = remember(spent, read)
    if (message.type === 'UNREGISTER' || isForGateway(message, identity.did)) {
      return { answer: await options.serveGateway({ agent, state, text }, message), alive: agent }
    }
    return { answer: { state }, alive: agent, reached: await options.forwardFrame(agent, message, text) }
  }

  return async (event, waitUntil) => {
    let { state } = event
    try {
      const { text } = event
      state = await spend(state, text)
      if (text === undefined) throw new SignalFailure('not_json', 'Frames are JSON text, not binary.')
      const { answer, alive, reached } = await take(event, state, text)
      // Noted after the answer: the sender need not wait for it.
      if (alive !== undefined) waitUntil(connected.touch(alive))
      if (reached !== undefined) waitUntil(connected.touch(reached, () => options.isThere(reached)))
      return { kind: 'taken', ...answer }
    } catch (error) {
      return { kind: 'taken', ...(await refuseFrame({ ...event, state }, error)) }
    }
  }
}
