import { randomUUID } from 'node:crypto'
import { REPLACED_CLOSE_REASON } from '../../contract/signaling/close-reason.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { AnnounceAgents } from '../../registry/announce-agents.ts'
import type { ConnectedAgent, ConnectedAgents, Registration } from '../../registry/connected-agents.ts'
import { saysSame } from '../../registry/says-same.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { ReadMessage } from '../identity/read-message.ts'
import type { Lobby } from '../lobby.ts'
import type { LetGo } from '../presence/create-let-go.ts'
import type { Sockets } from '../sockets.ts'
import {
  createProveRegistration,
  type ProveRegistrationOptions,
  type Register,
  type Registering,
} from './prove-registration.ts'

export type RegisterAgentOptions = ProveRegistrationOptions & {
  connected: Pick<ConnectedAgents, 'find' | 'register'>
  lobby: Pick<Lobby, 'leave'>
  sockets: Pick<Sockets, 'join' | 'close'>
  announce: Pick<AnnounceAgents, 'registration'>
  letGo: LetGo
  clock: Clock
  log: Log
  agentTimeoutSeconds: number
}

/** The state that a connection carries from now on, and what goes back to it. */
export type Answer = { state: ConnectionState; frame?: string }
type Registered = Answer & { failure?: unknown }

const toRegistration = (did: string, connectionId: string, { payload }: Register): Registration => {
  const { capabilities, name, description, card } = payload
  return {
    did,
    connectionId,
    capabilities: capabilities ?? [],
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof card === 'object' && card !== null ? { card: JSON.stringify(card) } : {}),
  }
}

/**
 * Registers the agent that a REGISTER proves. Every step can be repeated: the service sends the event again when this
 * process dies in between, and the agent sends the frame again when it is answered with an ERROR.
 * @returns `failure`: what went wrong after the DID was proven. The agent may be stored by then, so the connection
 *   carries its DID, and takes it along when it ends.
 * @throws SignalFailure, GatewayError 503
 */
export const createRegisterAgent = (options: RegisterAgentOptions) => {
  const { identity, connected, lobby, sockets, clock, log } = options
  const proveRegistration = createProveRegistration(options)

  /** A connection that ended meanwhile has left the lobby already; one that registers again left it before. */
  const isStillThere = async (connectionId: string, did: string): Promise<boolean> =>
    (await lobby.leave(connectionId)) || (await sockets.join(connectionId, did))

  const confirm = (agent: ConnectedAgent, { id }: Register): string =>
    identity.sign({
      id: randomUUID(),
      correlation_id: id,
      timestamp: new Date(clock.now()).toISOString(),
      to: agent.did,
      type: 'REGISTERED',
      payload: {
        did: agent.did,
        agent_id: agent.id,
        generation: agent.generation,
        agent_timeout: options.agentTimeoutSeconds,
      },
    })

  /** Undefined when the connection has ended meanwhile. */
  const enlist = async (
    did: string,
    connectionId: string,
    message: Register,
  ): Promise<ConnectedAgent | undefined> => {
    // It hears before it is found: a frame for it is never sent to nobody.
    if (!(await sockets.join(connectionId, did))) return undefined
    const { agent, before } = await connected.register(toRegistration(did, connectionId, message))
    const replaced = before?.connectionId === connectionId ? undefined : before?.connectionId
    if (replaced !== undefined) await sockets.close(replaced, REPLACED_CLOSE_REASON)
    await options.announce.registration(agent, before)
    log.info('An agent registered.', {
      agent_id: agent.id,
      connection_id: connectionId,
      generation: agent.generation,
      capabilities: agent.capabilities,
      ...(replaced === undefined ? {} : { replaced }),
    })
    // The last step: an end that comes before it finds nothing to remove, one that comes later finds the agent.
    if (await isStillThere(connectionId, did)) return agent
    await options.letGo(agent, { reason: 'disconnected', words: 'The connection has ended.' })
    return undefined
  }

  return async (registering: Registering, read: ReadMessage, message: Register): Promise<Registered> => {
    const { state, connectionId } = registering
    const { did, key } = await proveRegistration(registering, read, message)
    try {
      const present = state.generation === undefined ? undefined : await connected.find(did)
      // Said again, it changes nothing, and need not be told to everybody.
      const isSame = present?.generation === state.generation
      if (present !== undefined && isSame && saysSame(present, toRegistration(did, connectionId, message))) {
        return { state, frame: confirm(present, message) }
      }
      const agent = await enlist(did, connectionId, message)
      if (agent === undefined) return { state }
      const proven = { did, generation: agent.generation, ...(key === undefined ? {} : { key }) }
      return { state: { ...state, ...proven }, frame: confirm(agent, message) }
    } catch (failure) {
      return { state: { ...state, did }, failure }
    }
  }
}

export type RegisterAgent = ReturnType<typeof createRegisterAgent>
