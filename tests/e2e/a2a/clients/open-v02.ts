import type { MessageSendParams } from 'a2a-sdk-0.2'
import { A2AClient } from 'a2a-sdk-0.2/client'
import * as z from 'zod'
import type { Ask, FlavourClient, OpenClient, PushConfig } from './flavour-client.ts'
import { hearKind } from './heard.ts'
import { hearKinds, toSendParams } from './open-v03.ts'

/** An error that the client of 0.2 hands back as a value. */
class RpcError extends Error {
  override name = 'RpcError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const Answer = z.union([
  z.looseObject({ error: z.looseObject({ code: z.int(), message: z.string() }) }),
  z.looseObject({ result: z.unknown().optional() }),
])

const resultOf = (response: unknown): unknown => {
  const answer = Answer.parse(response)
  if ('error' in answer) {
    const { code, message } = answer.error as { code: number; message: string }
    throw new RpcError(code, message)
  }
  return answer.result
}

const Config = z.looseObject({
  pushNotificationConfig: z.looseObject({
    id: z.string().default(''),
    url: z.string(),
    token: z.string().optional(),
    authentication: z.looseObject({ credentials: z.string().optional() }).optional(),
  }),
})

const configOf = (response: unknown): PushConfig => {
  const { id, url, token, authentication } = Config.parse(resultOf(response)).pushNotificationConfig
  const credentials = authentication?.credentials
  return { id, url, ...(token ? { token } : {}), ...(credentials ? { credentials } : {}) }
}

const paramsOf = (ask: Ask, blocking: boolean): MessageSendParams => ({
  message: toSendParams(ask, blocking).message,
  configuration: { acceptedOutputModes: ['text/plain', 'application/octet-stream'], blocking },
})

/** Opens the official client of 0.2, which cannot be given headers and knows one push configuration a task, without an id. */
export const openV02: OpenClient = async (baseUrl) => {
  const client = new A2AClient(baseUrl)
  await client.getAgentCard()
  const flavour: FlavourClient = {
    send: async (ask) => hearKind(resultOf(await client.sendMessage(paramsOf(ask, true)))),
    sendReturnImmediately: async (ask) => hearKind(resultOf(await client.sendMessage(paramsOf(ask, false)))),
    stream: (ask) => hearKinds(client.sendMessageStream(paramsOf(ask, true))),
    get: async (id, historyLength) => {
      const params = { id, ...(historyLength === undefined ? {} : { historyLength }) }
      return hearKind(resultOf(await client.getTask(params)))
    },
    cancel: async (id) => hearKind(resultOf(await client.cancelTask({ id }))),
    resubscribe: (id) => hearKinds(client.resubscribeTask({ id })),
    setPush: async (taskId, { url, token, credentials }) =>
      configOf(
        await client.setTaskPushNotificationConfig({
          taskId,
          pushNotificationConfig: {
            url,
            ...(token === undefined ? {} : { token }),
            ...(credentials === undefined ? {} : { authentication: { schemes: ['Bearer'], credentials } }),
          },
        }),
      ),
    getPush: async (id) => configOf(await client.getTaskPushNotificationConfig({ id })),
  }
  return flavour
}
