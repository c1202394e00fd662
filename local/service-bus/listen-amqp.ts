import { createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { listen } from '../service/listen.ts'
import { Connection } from './amqp/connection.ts'
import { createAttach } from './links/attach.ts'
import type { Broker } from './links/broker.ts'

export type AmqpOptions = {
  host: string
  port: number
  tls: { cert: Buffer; key: Buffer } | undefined
  durable(): Promise<void> | undefined
}

/** Listens for AMQP 1.0 connections. Rejects with the `listen` error. */
export const listenAmqp = async (
  broker: Broker,
  { host, port, tls, durable }: AmqpOptions,
): Promise<{ port: number; stop(): Promise<void> }> => {
  const connections = new Set<Connection>()
  const attach = createAttach(broker)
  const accept = (socket: Socket): void => {
    const closed = (connection: Connection): void => {
      connections.delete(connection)
    }
    connections.add(new Connection(socket, { containerId: 'local-service-bus', attach, durable, closed }))
  }
  const server = tls === undefined ? createTcpServer(accept) : createTlsServer(tls, accept)
  const bound = await listen(server, { host, port })
  return {
    port: bound,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve)
      })
      for (const connection of connections) connection.destroy()
      await closed
    },
  }
}
