import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus'
import { parseConfig } from '../../../local/service-bus/config/read-config.ts'
import { startServiceBus, type RunningServiceBus } from '../../../local/service-bus/start.ts'

export type QueueProperties = { LockDuration?: string; MaxDeliveryCount?: number; RequiresSession?: boolean }

export type TestBroker = {
  connectionString: string
  service(): RunningServiceBus
  send(entity: string, ...messages: ServiceBusMessage[]): Promise<void>
  /** Bodies of what is in a queue, as text. */
  peek(queue: string): Promise<string[]>
  /** Ends the broker and starts it again on the same port with what it had. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const toConfig = (queues: Record<string, QueueProperties>): object => ({
  UserConfig: {
    Namespaces: [
      {
        Name: 'sbemulatorns',
        Queues: Object.entries(queues).map(([Name, Properties]) => ({ Name, Properties })),
        Topics: [{ Name: 'news', Subscriptions: [{ Name: 'reader', Properties: {} }] }],
      },
    ],
    Logging: { Type: 'Console' },
  },
})

/** A broker with these queues, and a topic `news` with a subscription `reader`. */
export const startBroker = async (queues: Record<string, QueueProperties>): Promise<TestBroker> => {
  const data = await mkdtemp(join(tmpdir(), 'broker-'))
  const start = (port: number): Promise<RunningServiceBus> =>
    startServiceBus({ port, data, namespace: parseConfig(toConfig(queues), 'test') })
  let service = await start(0)
  const connect = (): ServiceBusClient =>
    new ServiceBusClient(service.connectionString, { retryOptions: { maxRetries: 0 } })
  let client = connect()
  return {
    connectionString: service.connectionString,
    service: () => service,
    send: async (entity, ...messages) => {
      const sender = client.createSender(entity)
      await sender.sendMessages(messages)
      await sender.close()
    },
    peek: async (queue) => {
      /** A client goes on where its last peek ended. */
      const fresh = connect()
      const receiver = fresh.createReceiver(queue, { skipParsingBodyAsJson: true })
      const messages = await receiver.peekMessages(1000)
      await fresh.close()
      return messages.map(({ body }) => String(body))
    },
    restart: async () => {
      const { port } = service
      await client.close()
      await service.stop()
      service = await start(port)
      client = connect()
    },
    stop: async () => {
      await client.close()
      await service.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
