import type { Link } from '../amqp/link.ts'
import { typed } from '../amqp/rhea.ts'
import type { MessageStore } from '../entities/message-store.ts'
import { ServiceError } from '../entities/service-error.ts'
import type { Session } from '../sessions/session.ts'
import type { SessionTable } from '../sessions/session-table.ts'
import type { Broker } from './broker.ts'
import type { Gate } from './gate.ts'
import { Receiver } from './receiver.ts'

const SESSION_FILTER = 'com.microsoft:session-filter'
const TIMEOUT = 'com.microsoft:timeout'
const LOCKED_UNTIL = 'com.microsoft:locked-until-utc'

/** How long a receiver of the next session waits when it does not say. */
const DEFAULT_WAIT_MS = 60_000

/** Times of .NET: 100 ns since year 1. They are beyond 2^53, so they travel as bytes. */
const ticks = (ms: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(ms) * 10_000n + 621_355_968_000_000_000n)
  return bytes
}

type Context = { store: MessageStore; gate: Gate }

/** The session id that a receiver asks for: undefined means no filter, null the next free one. */
const wantedSession = (link: Link): string | null | undefined => {
  const { filter } = link.source ?? {}
  if (filter === null || filter === undefined || !(SESSION_FILTER in filter)) return undefined
  const wanted = filter[SESSION_FILTER]
  const value = typeof wanted === 'object' && wanted !== null && 'value' in wanted ? wanted.value : wanted
  return typeof value === 'string' ? value : null
}

const acceptSession = (
  link: Link,
  receiver: Receiver,
  held: { context: Context; session: Session },
): void => {
  const { context, session } = held
  link.accept(
    receiver.handler({
      wake: () => context.store.pumpSession(session),
      leave: () => {
        if (session.holder === receiver) context.store.sessions?.release(session)
      },
    }),
    {
      filter: { [SESSION_FILTER]: session.id },
      properties: { [LOCKED_UNTIL]: typed.long(ticks(session.lockedUntil)) },
    },
  )
}

const giveNextSession = (broker: Broker, link: Link, context: Context & { sessions: SessionTable }): void => {
  const receiver = new Receiver(broker, link, context)
  const asked = Number(link.attach.properties?.[TIMEOUT] ?? DEFAULT_WAIT_MS)
  const waitMs = Number.isFinite(asked) && asked > 0 ? asked : DEFAULT_WAIT_MS
  let stopWaiting = (): unknown => undefined
  const deadline = broker.engine.deadlines.at(broker.clock.now() + waitMs, () => {
    stopWaiting()
    link.refuse({
      condition: 'com.microsoft:timeout',
      description: `The operation did not complete within the allotted time of ${waitMs} ms: no session with messages became free in '${context.store.path}'.`,
    })
  })
  link.onceClosed(() => {
    deadline.cancel()
    stopWaiting()
  })
  stopWaiting = context.sessions.acceptNext({
    holder: receiver,
    onGranted: (session) => {
      deadline.cancel()
      acceptSession(link, receiver, { context, session })
    },
  })
}

const giveSession = (
  broker: Broker,
  link: Link,
  context: Context & { sessions: SessionTable; id: string },
): void => {
  const receiver = new Receiver(broker, link, context)
  const session = context.sessions.accept(context.id, receiver)
  if (session === undefined) {
    throw new ServiceError(
      'com.microsoft:session-cannot-be-locked',
      `The requested session '${context.id}' cannot be accepted. It may be locked by another receiver.`,
    )
  }
  acceptSession(link, receiver, { context, session })
}

/** Serves a client's receiver of a store. @throws ServiceError when it cannot be attached like this. */
export const giveMessages = (broker: Broker, link: Link, context: Context): void => {
  const { store } = context
  const { sessions } = store
  const wanted = wantedSession(link)
  if (sessions === undefined) {
    if (wanted !== undefined) {
      throw new ServiceError(
        'amqp:not-allowed',
        `A sessionful message receiver cannot be created on an entity that does not require sessions. Ensure RequiresSession is set to true when creating a Queue or Subscription to enable sessionful behavior. Entity: '${store.path}'.`,
      )
    }
    const receiver = new Receiver(broker, link, context)
    const supply = { wake: () => store.line.wake(receiver), leave: () => store.line.leave(receiver) }
    link.accept(receiver.handler(supply))
  } else if (wanted === undefined) {
    throw new ServiceError(
      'amqp:not-allowed',
      `It is not possible for an entity that requires sessions to create a non-sessionful message receiver. Entity: '${store.path}'.`,
    )
  } else if (wanted === null) giveNextSession(broker, link, { ...context, sessions })
  else giveSession(broker, link, { ...context, sessions, id: wanted })
}
