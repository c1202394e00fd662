import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServiceBusAdministrationClient, ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus'
import { afterAll, beforeAll } from 'vitest'
import {
  startServiceBus,
  type RunningServiceBus,
  type ServiceBusOptions,
} from '../../../../local/service-bus/start.ts'

/** A broker and the unmodified clients that speak to it. */
export type Running = {
  service: RunningServiceBus
  client: ServiceBusClient
  administration: ServiceBusAdministrationClient
  stop(): Promise<void>
}

export type Broker = Omit<Running, 'stop'> & {
  /** An administration client with another key. */
  connectAdministration(options: { key: string }): ServiceBusAdministrationClient
  /** Sends through a sender of its own. */
  send(entity: string, ...messages: ServiceBusMessage[]): Promise<void>
  /** Runs `use` with a directory: each `start` opens a broker on it. */
  withData(use: (start: () => Promise<Running>) => Promise<void>): Promise<void>
}

let names = 0
/** A name that no other test has. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(3).toString('hex')}-${names++}`

/** The connection string for the management endpoint: the same with another port. */
export const managementConnection = (service: RunningServiceBus): string =>
  service.connectionString.replace(/:\d+;/, `:${service.managementPort};`)

/** The client knows HTTPS only: this policy leads it to the plain endpoint. It tries each request once. */
const connect = (service: RunningServiceBus, key?: string): ServiceBusAdministrationClient => {
  const connection = managementConnection(service)
  const client = new ServiceBusAdministrationClient(
    key === undefined ? connection : connection.replace(/SharedAccessKey=[^;]*/, `SharedAccessKey=${key}`),
    { retryOptions: { maxRetries: 0 } },
  )
  client.pipeline.addPolicy({
    name: 'plainHttp',
    sendRequest: (request, next) => {
      request.url = request.url.replace('https:', 'http:')
      request.allowInsecureConnection = true
      return next(request)
    },
  })
  return client
}

export const startBroker = async (options: Partial<ServiceBusOptions> = {}): Promise<Running> => {
  const service = await startServiceBus({ port: 0, managementPort: 0, ...options })
  const client = new ServiceBusClient(service.connectionString, { retryOptions: { maxRetries: 0 } })
  return {
    service,
    client,
    administration: connect(service),
    stop: async () => {
      await client.close()
      await service.stop()
    },
  }
}

/** Starts a broker for the tests of a file and stops it after them. */
export const useBroker = (options: Partial<ServiceBusOptions> = {}): Broker => {
  let running: Running | undefined
  beforeAll(async () => {
    running = await startBroker(options)
  })
  afterAll(() => running?.stop())
  const started = (): Running => {
    if (running === undefined) throw new Error('The broker is there once beforeAll has run.')
    return running
  }
  return {
    get service() {
      return started().service
    },
    get client() {
      return started().client
    },
    get administration() {
      return started().administration
    },
    connectAdministration: ({ key }) => connect(started().service, key),
    send: async (entity, ...messages) => {
      const sender = started().client.createSender(entity)
      try {
        await sender.sendMessages(messages)
      } finally {
        await sender.close()
      }
    },
    withData: async (use) => {
      const data = mkdtempSync(join(tmpdir(), 'service-bus-data-'))
      try {
        await use(() => startBroker({ data }))
      } finally {
        rmSync(data, { recursive: true })
      }
    },
  }
}

/** Code, status and message of what a client throws; fails when it throws nothing. */
export const failure = async (
  action: Promise<unknown>,
): Promise<{ code: unknown; statusCode: unknown; message: string }> => {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('An error was expected, but nothing was thrown.')
  return {
    code: 'code' in error ? error.code : undefined,
    statusCode: 'statusCode' in error ? error.statusCode : undefined,
    message: error.message,
  }
}
