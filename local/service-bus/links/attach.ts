import type { Connection } from '../amqp/connection.ts'
import type { Link } from '../amqp/link.ts'
import { answerToken, cbsReply } from '../cbs/answer-token.ts'
import { type Claims, createClaims } from '../cbs/claims.ts'
import { entityNotFound, ServiceError } from '../entities/service-error.ts'
import { answerManagement } from '../management/answer-management.ts'
import { answerRequests, createReplyLinks, type ReplyLinks } from './answer-requests.ts'
import type { Broker } from './broker.ts'
import { createGate, type Gate } from './gate.ts'
import { giveMessages } from './give-messages.ts'
import { takeMessages } from './take-messages.ts'

const CBS = '$cbs'
const MANAGEMENT = '/$management'

/** What the broker keeps for one connection. */
type Peer = { connection: Connection; claims: Claims; replies: ReplyLinks; gates: Map<string, Gate> }

const unauthorized = (address: string): ServiceError =>
  new ServiceError(
    'amqp:unauthorized-access',
    `Unauthorized access to '${address}'. Put a token with the right to it to $cbs first; a token that was put may have expired.`,
  )

const serveCbs = (broker: Broker, peer: Peer, link: Link): void => {
  const gate = createGate({ faults: broker.faults, target: CBS, connection: peer.connection })
  answerRequests(link, peer.replies, (request, reply) => {
    gate('cbs', (refusal) => {
      if (refusal !== undefined)
        reply(cbsReply(refusal.condition === 'com.microsoft:server-busy' ? 503 : 401, refusal.message))
      else void answerToken(broker.authority, peer.claims, request).then(reply)
    })
  })
}

const serveManagement = (broker: Broker, peer: Peer, link: Link): void => {
  const address = link.address.slice(0, -MANAGEMENT.length)
  broker.namespace.find(address)
  answerRequests(link, peer.replies, (request, reply) => {
    gateOf(
      broker,
      peer,
      address,
    )('management', (refusal) => reply(answerManagement(broker, address, { request, refusal })))
  })
}

const gateOf = (broker: Broker, peer: Peer, address: string): Gate => {
  const target = broker.namespace.find(address).store.path
  const known = peer.gates.get(target)
  if (known !== undefined) return known
  const gate = createGate({ faults: broker.faults, target, connection: peer.connection })
  peer.gates.set(target, gate)
  return gate
}

const serveEntity = (broker: Broker, peer: Peer, link: Link): void => {
  const { entity, receivable, store } = broker.namespace.find(link.address)
  const { life } = entity
  const gate = createGate({ faults: broker.faults, target: store.path, connection: peer.connection })
  if (link.role === 'receiver') {
    if (receivable === undefined) {
      throw new ServiceError(
        'amqp:not-allowed',
        `'${entity.path}' is a topic: receive from one of its subscriptions.`,
      )
    }
    checkReceivable(receivable, store === receivable.main)
    giveMessages(broker, link, { store, gate })
  } else if (entity.kind === 'subscription' || store !== entity.scheduled) {
    throw new ServiceError(
      'amqp:not-allowed',
      `Messages cannot be sent to '${link.address}'. Send to the queue or topic.`,
    )
  } else {
    entity.checkOpen()
    takeMessages(broker, link, { entity, gate })
  }
  const end = (): void => link.close(entityNotFound(entity.path).amqp)
  life.watchers.add(end)
  link.onceClosed(() => {
    life.watchers.delete(end)
    life.accessedAt = broker.clock.now()
  })
}

/** @throws ServiceError for an entity that receivers cannot attach to now. */
const checkReceivable = (
  { path, settings }: { path: string; settings: { status: string; forwardTo?: string } },
  main: boolean,
): void => {
  if (settings.status === 'Disabled' || settings.status === 'ReceiveDisabled') {
    throw new ServiceError(
      'com.microsoft:entity-disabled',
      `The entity '${path}' is ${settings.status}: it gives no messages. Set its status to Active.`,
    )
  }
  if (main && settings.forwardTo !== undefined) {
    throw new ServiceError(
      'amqp:not-allowed',
      `A receiver cannot be created on '${path}': it forwards its messages to '${settings.forwardTo}'.`,
    )
  }
}

const serve = (broker: Broker, peer: Peer, link: Link): void => {
  const { address } = link
  if (address.toLowerCase() === CBS) {
    if (link.role === 'receiver') peer.replies.add(link)
    else serveCbs(broker, peer, link)
    return
  }
  const path = address.toLowerCase()
  if (!peer.claims.allows(path)) throw unauthorized(address)
  if (!path.endsWith(MANAGEMENT)) serveEntity(broker, peer, link)
  else if (link.role === 'receiver') peer.replies.add(link)
  else serveManagement(broker, peer, link)
  link.onceClosed(peer.claims.watch(path, () => link.close(unauthorized(address).amqp)))
}

/** Answers the attaches of one connection. */
export const createAttach = (broker: Broker): ((link: Link) => void) => {
  const peers = new WeakMap<Connection, Peer>()

  const peerOf = (connection: Connection): Peer => {
    const known = peers.get(connection)
    if (known !== undefined) return known
    const { engine } = broker
    const claims = createClaims({ now: engine.now, deadlines: engine.deadlines })
    const peer = { connection, claims, replies: createReplyLinks(), gates: new Map<string, Gate>() }
    peers.set(connection, peer)
    return peer
  }

  return (link) => {
    const { connection } = link.session
    const peer = peerOf(connection)
    const gate = createGate({ faults: broker.faults, target: link.address, connection })
    gate('attach', (refusal) => {
      try {
        if (refusal !== undefined) throw refusal
        serve(broker, peer, link)
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        link.refuse(error.amqp)
      }
    })
  }
}
