import { randomUUID } from 'node:crypto'
import {
  GetTaskRequest,
  ListTasksRequest,
  SendMessageRequest,
  StreamResponse,
  Task,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk'
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
  type Client,
} from '@a2a-js/sdk/client'
import {
  fetchWith,
  type Ask,
  type FlavourClient,
  type OpenClient,
  type PushConfig,
} from './flavour-client.ts'
import { hearEvent, hearTask, type Heard } from './heard.ts'

const toRequest = ({ text, file, ...ids }: Ask, returnImmediately: boolean): SendMessageRequest => {
  const files =
    file === undefined ? [] : [{ raw: file.base64, filename: file.name, mediaType: file.mimeType }]
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), ...ids, role: 'ROLE_USER', parts: [{ text }, ...files] },
    configuration: { returnImmediately },
  })
}

const toConfig = (taskId: string, { id, url, token, credentials }: PushConfig): TaskPushNotificationConfig =>
  TaskPushNotificationConfig.fromJSON({
    id,
    taskId,
    url,
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { authentication: { scheme: 'Bearer', credentials } }),
  })

const fromConfig = ({ id, url, token, authentication }: TaskPushNotificationConfig): PushConfig => ({
  id,
  url,
  ...(token === '' ? {} : { token }),
  ...(authentication?.credentials ? { credentials: authentication.credentials } : {}),
})

async function* hearAll(events: AsyncIterable<StreamResponse>): AsyncGenerator<Heard, void, undefined> {
  for await (const event of events) yield hearEvent(StreamResponse.toJSON(event))
}

const toClient = (client: Client): FlavourClient => {
  const send = async (ask: Ask, now: boolean): Promise<Heard> => {
    const result = await client.sendMessage(toRequest(ask, now))
    const payload: StreamResponse['payload'] =
      'messageId' in result ? { $case: 'message', value: result } : { $case: 'task', value: result }
    return hearEvent(StreamResponse.toJSON({ payload }))
  }
  return {
    send: (ask) => send(ask, false),
    sendReturnImmediately: (ask) => send(ask, true),
    stream: (ask) => hearAll(client.sendMessageStream(toRequest(ask, false))),
    get: async (id, historyLength) => {
      const request = GetTaskRequest.fromJSON({
        id,
        ...(historyLength === undefined ? {} : { historyLength }),
      })
      return hearTask(Task.toJSON(await client.getTask(request)))
    },
    list: async (contextId) => {
      const { tasks } = await client.listTasks(
        ListTasksRequest.fromJSON({ contextId, includeArtifacts: true }),
      )
      return tasks.map((task) => hearTask(Task.toJSON(task)))
    },
    cancel: async (id) =>
      hearTask(Task.toJSON(await client.cancelTask({ tenant: '', id, metadata: undefined }))),
    resubscribe: (id) => hearAll(client.resubscribeTask({ tenant: '', id })),
    setPush: async (taskId, config) =>
      fromConfig(await client.createTaskPushNotificationConfig(toConfig(taskId, config))),
    getPush: async (taskId, id) =>
      fromConfig(await client.getTaskPushNotificationConfig({ tenant: '', taskId, id })),
    listPush: async (taskId) => {
      const request = { tenant: '', taskId, pageSize: 0, pageToken: '' }
      return (await client.listTaskPushNotificationConfig(request)).configs.map(fromConfig)
    },
    deletePush: (taskId, id) => client.deleteTaskPushNotificationConfig({ tenant: '', taskId, id }),
    extendedCard: async () => (await client.getAgentCard()).description,
  }
}

/** Opens the official client of 1.0. */
export const openV10 =
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
