import type { Connection } from '../amqp/connection.ts'
import type { Link } from '../amqp/link.ts'
import { answerToken, cbsReply } from '../cbs/answer-token.ts'
import { type Claims, createClaims } from '../cbs/claims.ts'
import type { Watcher } from '../entities/life.ts'
import type { Entity } from '../entities/namespace.ts'
import { entityDisabled, ServiceError } from '../entities/service-error.ts'
import { answerManagement } from '../management/answer-management.ts'
import { answerRequests, createReplyLinks, type ReplyLinks } from './answer-requests.ts'
import type { Broker } from './broker.ts'
import { createGate } from './gate.ts'
import { giveMessages } from './give-messages.ts'
import { takeMessages } from './take-messages.ts'

const CBS = '$cbs'
const MANAGEMENT = '/$management'

/** What the broker keeps for one connection. */
type Peer = { connection: Connection; claims: Claims; replies: ReplyLinks }

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
  const { entity, store } = broker.namespace.find(address)
  const gate = createGate({ faults: broker.faults, target: store.path, connection: peer.connection })
  answerRequests(link, peer.replies, (request, reply) => {
    gate('management', (refusal) => reply(answerManagement(broker, address, { request, refusal })))
  })
  endWith(broker, link, entity)
}

/** The link ends when the entity does, and is a use of the entity until then. */
const endWith = (broker: Broker, link: Link, { life }: Entity): void => {
  const watcher: Watcher = { role: link.role, end: (error) => link.close(error.amqp) }
  life.watchers.add(watcher)
  link.onceClosed(() => {
    life.watchers.delete(watcher)
    life.accessedAt = broker.clock.now()
  })
}

const serveEntity = (broker: Broker, peer: Peer, link: Link): void => {
  const { entity, receivable, store } = broker.namespace.find(link.address)
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
  endWith(broker, link, entity)
}

/** @throws ServiceError for an entity that receivers cannot attach to now. */
const checkReceivable = (
  { path, settings }: { path: string; settings: { status: string; forwardTo?: string } },
  main: boolean,
): void => {
  const { status } = settings
  if (status === 'Disabled' || status === 'ReceiveDisabled') throw entityDisabled(path, status)
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

/** The path of what the address leads to, as faults name it; the address itself when it leads nowhere. */
const targetOf = (broker: Broker, address: string): string => {
  const path = address.toLowerCase().endsWith(MANAGEMENT) ? address.slice(0, -MANAGEMENT.length) : address
  return broker.namespace.store(path)?.path ?? path
}

/** Answers the attaches of connections. */
export const createAttach = (broker: Broker): ((link: Link) => void) => {
  const peers = new WeakMap<Connection, Peer>()

  const peerOf = (connection: Connection): Peer => {
    const known = peers.get(connection)
    if (known !== undefined) return known
    const { engine } = broker
    const claims = createClaims({ now: engine.now, deadlines: engine.deadlines })
    const peer = { connection, claims, replies: createReplyLinks() }
    peers.set(connection, peer)
    return peer
  }

  return (link) => {
    const { connection } = link.session
    const peer = peerOf(connection)
    const gate = createGate({ faults: broker.faults, target: targetOf(broker, link.address), connection })
    gate('attach', (refusal) => {
      if (!link.opening) return
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
