import { randomUUID } from 'node:crypto'
import type { MessageSendParams, TaskPushNotificationConfig } from 'a2a-sdk-0.3'
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
  type Client,
} from 'a2a-sdk-0.3/client'
import {
  fetchWith,
  type Ask,
  type FlavourClient,
  type OpenClient,
  type PushConfig,
} from './flavour-client.ts'
import { hearKind, type Heard } from './heard.ts'

/** The params of a send in 0.2 and 0.3. */
export const toSendParams = ({ text, file, ...ids }: Ask, blocking: boolean): MessageSendParams => {
  const parts: MessageSendParams['message']['parts'] = [{ kind: 'text', text }]
  if (file !== undefined) {
    const { base64: bytes, name, mimeType } = file
    parts.push({ kind: 'file', file: { bytes, name, mimeType } })
  }
  return {
    message: { kind: 'message', messageId: randomUUID(), ...ids, role: 'user', parts },
    configuration: { blocking },
  }
}

const toConfig = (
  taskId: string,
  { id, url, token, credentials }: PushConfig,
): TaskPushNotificationConfig => ({
  taskId,
  pushNotificationConfig: {
    id,
    url,
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { authentication: { schemes: ['Bearer'], credentials } }),
  },
})

const fromConfig = ({ pushNotificationConfig }: TaskPushNotificationConfig): PushConfig => {
  const { id = '', url, token, authentication } = pushNotificationConfig
  return {
    id,
    url,
    ...(token ? { token } : {}),
    ...(authentication?.credentials ? { credentials: authentication.credentials } : {}),
  }
}

/** Hears what comes, object by object. */
export async function* hearKinds(events: AsyncIterable<unknown>): AsyncGenerator<Heard, void, undefined> {
  for await (const event of events) yield hearKind(event)
}

const toClient = (client: Client): FlavourClient => {
  const send = async (ask: Ask, blocking: boolean): Promise<Heard> =>
    hearKind(await client.sendMessage(toSendParams(ask, blocking)))
  return {
    send: (ask) => send(ask, true),
    sendReturnImmediately: (ask) => send(ask, false),
    stream: (ask) => hearKinds(client.sendMessageStream(toSendParams(ask, true))),
    get: async (id, historyLength) =>
      hearKind(await client.getTask({ id, ...(historyLength === undefined ? {} : { historyLength }) })),
    cancel: async (id) => hearKind(await client.cancelTask({ id })),
    resubscribe: (id) => hearKinds(client.resubscribeTask({ id })),
    setPush: async (taskId, config) =>
      fromConfig(await client.setTaskPushNotificationConfig(toConfig(taskId, config))),
    getPush: async (id, pushNotificationConfigId) => {
      const params = { id, pushNotificationConfigId }
      return fromConfig(await client.getTaskPushNotificationConfig(params))
    },
    listPush: async (id) => (await client.listTaskPushNotificationConfig({ id })).map(fromConfig),
    deletePush: (id, pushNotificationConfigId) =>
      client.deleteTaskPushNotificationConfig({ id, pushNotificationConfigId }),
    extendedCard: async () => (await client.getAgentCard()).description,
  }
}

/** Opens the official client of 0.3. */
export const openV03 =
  (binding: 'JSONRPC' | 'HTTP+JSON'): OpenClient =>
  async (baseUrl, headers = {}) => {
    const fetchImpl = fetchWith(headers)
    const factory = new ClientFactory({
      transports: [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })],
      preferredTransports: [binding],
      cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
    })
    return toClient(await factory.createFromUrl(baseUrl))
  }
