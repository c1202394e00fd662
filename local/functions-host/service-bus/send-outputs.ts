import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus'
import { resolveSetting, type Settings } from '../settings/resolve-setting.ts'
import type { Binding, InvocationResult, RpcTypedData } from '../worker/protocol.ts'
import { createConnector } from './connect.ts'
import { resolveConnection } from './resolve-connection.ts'

/** Sends what functions return through Service Bus output bindings. */
export type Outputs = {
  /** @throws when a message cannot be sent: the invocation has then failed. */
  send(bindings: readonly Binding[], result: InvocationResult): Promise<void>
  close(): Promise<void>
}

const toMessage = (value: unknown): ServiceBusMessage =>
  typeof value === 'string'
    ? { body: Buffer.from(value), contentType: 'text/plain' }
    : { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' }

/** Bodies alone: an output binding knows neither session, message id nor properties. An array is several messages. */
const toMessages = (data: RpcTypedData): ServiceBusMessage[] => {
  if (data.bytes !== undefined) return [{ body: Buffer.from(data.bytes) }]
  if (data.json === undefined) return [toMessage(data.string ?? String(data.int ?? data.double ?? ''))]
  const value: unknown = JSON.parse(data.json)
  return Array.isArray(value) ? value.map(toMessage) : [toMessage(value)]
}

const findOutput = (result: InvocationResult, name: string): RpcTypedData | null | undefined =>
  name === '$return' ? result.returnValue : result.outputData.find((output) => output.name === name)?.data

export const createOutputs = (settings: Settings): Outputs => {
  const clients = new Map<string, Promise<ServiceBusClient>>()
  const senders = new Map<string, Promise<ServiceBusSender>>()

  const connect = async (connection: string): Promise<ServiceBusClient> =>
    (await createConnector(resolveConnection(settings, connection)))()

  const openSender = async (connection: string, entity: string): Promise<ServiceBusSender> => {
    const client = clients.get(connection) ?? connect(connection)
    clients.set(connection, client)
    return (await client).createSender(entity)
  }

  const senderFor = (binding: Binding): Promise<ServiceBusSender> => {
    const connection = String(binding['connection'])
    const entity = resolveSetting(settings, String(binding['queueName'] ?? binding['topicName']))
    const key = `${connection} ${entity}`
    const sender = senders.get(key) ?? openSender(connection, entity)
    senders.set(key, sender)
    return sender
  }

  return {
    send: async (bindings, result) => {
      for (const binding of bindings) {
        const data = findOutput(result, binding.name)
        if (data !== undefined && data !== null)
          await (await senderFor(binding)).sendMessages(toMessages(data))
      }
    },
    close: async () => {
      await Promise.allSettled([...clients.values()].map(async (client) => (await client).close()))
    },
  }
}
