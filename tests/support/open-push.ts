import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createCallbacks } from '../../shared/a2a/push/callbacks.ts'
import { createConfigKeeper } from '../../shared/a2a/push/config-keeper.ts'
import { createDeliverPush, type PutAsideCause } from '../../shared/a2a/push/deliver-push.ts'
import { createPostNotification } from '../../shared/a2a/push/post-notification.ts'
import { createPushConfigs } from '../../shared/a2a/push/push-configs.ts'
import { createReceiveCallback, type AgentNotification } from '../../shared/a2a/push/receive-callback.ts'
import { createReceiveNotification } from '../../shared/a2a/push/receive-notification.ts'
import { createRefuseAddress } from '../../shared/a2a/push/refuse-address.ts'
import { createSendDelivery } from '../../shared/a2a/push/send-delivery.ts'
import { connectFolder } from '../../shared/azure/blobs/connect-folder.ts'
import { createPushBodies } from '../../shared/azure/blobs/push-bodies.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createPushConfigStore } from '../../shared/azure/tables/push-config-store.ts'
import { GatewayError } from '../../shared/kernel/errors.ts'
import { createSendHttp } from '../../shared/kernel/egress/send-http.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { createManualClock } from '../fixtures/manual-clock.ts'
import { testSealing } from './test-sealing.ts'

const SECRET = 'a secret of this deployment, for tests alone'

/** Webhooks of tests are on this machine. */
const ALLOW = ['127.0.0.1']

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const close = async (server: Server): Promise<void> => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

export type Hit = { path: string; headers: IncomingHttpHeaders; body: string }

/** A client's webhook: keeps what it gets and answers with the statuses it is given, then with 204. */
export const startWebhook = async () => {
  const hits: Hit[] = []
  const statuses: number[] = []
  const server = createServer(async (request, response) => {
    hits.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
    response.writeHead(statuses.shift() ?? 204).end()
  })
  return { url: await listen(server), hits, statuses, stop: () => close(server) }
}

/** The door at which agents call back: what the HTTP function does, without the platform around it. */
const startDoor = async (receive: () => ReturnType<typeof createReceiveCallback>) => {
  const statuses: number[] = []
  let changed = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const [, , agentId = '', , callbackId = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const status = await receive()({ agentId, callbackId, headers, body: () => text(request) }).then(
      () => 202,
      (error: unknown) => (error instanceof GatewayError ? error.status : 500),
    )
    statuses.push(status)
    response.writeHead(status).end()
    changed.resolve()
    changed = Promise.withResolvers()
  })
  return {
    url: await listen(server),
    statuses,
    until: async (isEnough: () => boolean): Promise<void> => {
      while (!isEnough()) await changed.promise
    },
    stop: () => close(server),
  }
}

type Queued = { queue: string; body: Uint8Array; messageId: string; at: number }

/** Everything of push notifications over real storage; the queue is a list, the bus between deployments another. */
export const openPush = async (options: { connectionString: string }) => {
  const connection = { connectionString: options.connectionString }
  const clock = createManualClock()
  const lines: string[] = []
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(line) })
  const store = createPushConfigStore(connectTable(connection, `n${randomUUID().replaceAll('-', '')}`))
  const bodies = createPushBodies(connectFolder(connection, `n${randomUUID()}`))
  const keeper = createConfigKeeper({ store, seal: testSealing, clock })
  const queue: Queued[] = []
  const relayed: AgentNotification[] = []
  const aside: { message: { body: Uint8Array }; cause: PutAsideCause }[] = []
  const task = { id: undefined as string | undefined, events: [] as string[] }

  const sendDelivery = createSendDelivery({
    queue: 'notifications',
    bodies,
    send: async (name, { body, messageId, scheduledAt }) =>
      void queue.push({
        queue: name,
        body,
        messageId,
        at: scheduledAt?.getTime() ?? clock.now(),
      }),
  })
  const receiveNotification = createReceiveNotification({
    store,
    sendDelivery,
    taskIdOf: async () => task.id,
    eventsOf: async () => task.events,
    log,
  })
  const deliver = createDeliverPush({
    keeper,
    bodies,
    sendDelivery,
    post: createPostNotification({
      sendHttp: createSendHttp({ allow: ALLOW }),
      tokenHeader: 'X-A2A-Notification-Token',
    }),
    putAside: async (message: { body: Uint8Array }, cause) => void aside.push({ message, cause }),
    patiently: (operation) => operation(),
    clock,
    log,
  })
  const door = await startDoor(() => receiveCallback)
  const callbacks = createCallbacks({ secret: () => SECRET, publicUrl: door.url })
  const receiveCallback = createReceiveCallback({
    callbacks,
    proxyId: 'here',
    receive: receiveNotification,
    relay: async (notification) => void relayed.push(notification),
    createId: randomUUID,
  })
  const supports = { push: true }
  return {
    store,
    bodies,
    keeper,
    queue,
    relayed,
    aside,
    task,
    lines,
    clock,
    door,
    callbacks,
    supports,
    receiveNotification,
    deliver,
    configs: createPushConfigs({
      keeper,
      supportsPush: async () => supports.push,
      refuses: createRefuseAddress(ALLOW),
      createId: randomUUID,
    }),
    /** Works on the queue until nothing is left, in order of time. Answers when each message was due, in seconds. */
    drain: async (): Promise<number[]> => {
      const due: number[] = []
      for (;;) {
        const [next] = queue.toSorted((a, b) => a.at - b.at)
        if (next === undefined) return due
        queue.splice(queue.indexOf(next), 1)
        clock.advance(next.at - clock.now())
        due.push((next.at - Date.UTC(2026, 0, 1)) / 1000)
        await deliver(next)
      }
    },
  }
}
