import { randomBytes } from 'node:crypto'
import { WebPubSubServiceClient, type GenerateClientTokenOptions } from '@azure/web-pubsub'
import {
  WebPubSubClient,
  type GroupDataMessage,
  type OnDisconnectedArgs,
  type ServerDataMessage,
  type WebPubSubClientOptions,
} from '@azure/web-pubsub-client'
import { afterAll, beforeAll } from 'vitest'
import {
  startWebPubSub,
  type RunningWebPubSub,
  type WebPubSubOptions,
} from '../../../../local/web-pubsub/start-web-pubsub.ts'
import { createQueue, type Queue } from './queue.ts'
import { openRaw, type RawClient, type RawOptions } from './raw-client.ts'

export const RELIABLE = 'json.reliable.webpubsub.azure.v1'
export const JSON_PROTOCOL = 'json.webpubsub.azure.v1'

/** A client of the SDK and what it received. */
export type Client = {
  client: WebPubSubClient
  connectionId: string
  groupMessages: Queue<GroupDataMessage>
  serverMessages: Queue<ServerDataMessage>
  disconnections: Queue<OnDisconnectedArgs>
}

export type OpenOptions = GenerateClientTokenOptions & { client?: WebPubSubClientOptions }

export type Fixture = {
  readonly service: RunningWebPubSub
  /** The unmodified service client, which tries each request once. */
  admin(hub: string): WebPubSubServiceClient
  /** A started client of the unmodified SDK; by default reliable, without retries and reconnects. */
  open(hub: string, options?: OpenOptions): Promise<Client>
  /** A WebSocket with a token of its own. */
  openRaw(
    hub: string,
    options?: GenerateClientTokenOptions & { raw?: RawOptions; query?: string },
  ): Promise<RawClient>
  url(hub: string, options?: GenerateClientTokenOptions): Promise<string>
}

/** A hub of the test's own. */
export const newHub = (): string => `hub${randomBytes(6).toString('hex')}`

const quiet: WebPubSubClientOptions = {
  autoReconnect: false,
  messageRetryOptions: { maxRetries: 0 },
  keepAliveIntervalInMs: 0,
  keepAliveTimeoutInMs: 0,
}

const listen = (client: WebPubSubClient): Client => {
  const wrapped: Client = {
    client,
    connectionId: '',
    groupMessages: createQueue(),
    serverMessages: createQueue(),
    disconnections: createQueue(),
  }
  client.on('connected', ({ connectionId }) => {
    wrapped.connectionId = connectionId
  })
  client.on('group-message', ({ message }) => wrapped.groupMessages.push(message))
  client.on('server-message', ({ message }) => wrapped.serverMessages.push(message))
  client.on('disconnected', (args) => wrapped.disconnections.push(args))
  return wrapped
}

/** Starts a service for the tests of a file, and closes it and all its clients after them. */
export const useWebPubSub = (
  options: () => WebPubSubOptions | Promise<WebPubSubOptions> = () => ({}),
): Fixture => {
  let running: RunningWebPubSub | undefined
  const clients: WebPubSubClient[] = []
  const sockets: RawClient[] = []

  beforeAll(async () => {
    running = await startWebPubSub(await options())
  })
  afterAll(async () => {
    for (const client of clients) client.stop()
    for (const { socket } of sockets) socket.terminate()
    await running?.stop()
  })

  const service = (): RunningWebPubSub => {
    if (running === undefined) throw new Error('The service is not started yet.')
    return running
  }
  const admin = (hub: string): WebPubSubServiceClient =>
    new WebPubSubServiceClient(service().connectionString, hub, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    })
  const url = async (hub: string, token: GenerateClientTokenOptions = {}): Promise<string> =>
    (await admin(hub).getClientAccessToken(token)).url

  return {
    get service() {
      return service()
    },
    admin,
    url,
    open: async (hub, { client: clientOptions, ...token } = {}) => {
      const client = new WebPubSubClient(
        { getClientAccessUrl: () => url(hub, token) },
        { ...quiet, ...clientOptions },
      )
      clients.push(client)
      const wrapped = listen(client)
      const connected = new Promise<void>((resolve) => client.on('connected', () => resolve()))
      await client.start()
      await connected
      return wrapped
    },
    openRaw: async (hub, { raw, query = '', ...token } = {}) => {
      const socket = await openRaw(`${await url(hub, token)}${query}`, raw)
      sockets.push(socket)
      return socket
    },
  }
}
