import { SIGNALING_PROTOCOL } from '../../contract/signaling/message.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { GATEWAY_USER, type HubEvent, type HubReply } from '../hub-event.ts'
import type { Lobby } from '../lobby.ts'

type ConnectEvent = Extract<HubEvent, { kind: 'connect' }>

const refused = (status: 400 | 401 | 503, message: string): HubReply => ({ kind: 'refused', status, message })

/**
 * Decides who may connect: this application's own sockets; agents with sub-protocol `ioap.v1` or none, of which nothing
 * is believed until they register, for which they have some seconds.
 */
export const createHandleConnect = (options: {
  lobby: Pick<Lobby, 'enter' | 'leave'>
  /** Whether there are as many sockets as there may be. */
  isFull: () => Promise<boolean>
  isNonce: (nonce: string) => boolean
  /** Has the connection looked at again when its time to register is over. */
  expectRegistration: (connectionId: string) => Promise<void>
  clock: Clock
  log: Log
}): ((event: ConnectEvent) => Promise<HubReply>) => {
  const { lobby, log } = options

  /** One that nobody would look at again takes no place. */
  const note = async (connectionId: string): Promise<void> => {
    await lobby.enter(connectionId, options.clock.now())
    try {
      await options.expectRegistration(connectionId)
    } catch (error) {
      await lobby.leave(connectionId)
      throw error
    }
  }

  const admit = async ({ connectionId, subprotocols, query }: ConnectEvent): Promise<HubReply> => {
    if (subprotocols.length > 0 && !subprotocols.includes(SIGNALING_PROTOCOL)) {
      return refused(401, `Agents connect with the sub-protocol "${SIGNALING_PROTOCOL}", or without any.`)
    }
    const [nonce] = query['nonce'] ?? []
    if (nonce !== undefined && !options.isNonce(nonce)) {
      return refused(401, 'The nonce is forged or over. Ask POST /ws/negotiate for a new address.')
    }
    if (await options.isFull()) {
      return refused(503, 'The gateway has as many connections as it may (MAX_CONNECTIONS). Try again later.')
    }
    await note(connectionId)
    return {
      kind: 'accepted',
      ...(subprotocols.length > 0 ? { subprotocol: SIGNALING_PROTOCOL } : {}),
      state: { v: 1, ...(nonce === undefined ? {} : { nonce }) },
    }
  }

  return async (event) => {
    if (event.userId === GATEWAY_USER) return { kind: 'accepted', state: { v: 1 } }
    const reply = await admit(event)
    if (reply.kind === 'refused') {
      const { status, message } = reply
      log.warn('A connection was refused.', { connection_id: event.connectionId, status, reason: message })
    }
    return reply
  }
}
