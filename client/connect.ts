import type { Connection, ConnectOptions } from './connection.ts'
import { createConnection } from './create-connection.ts'
import { createPlatform } from './platform.ts'

/**
 * Connects an agent with the gateway; `register` makes it known there.
 * @throws ClientError `invalid_url`, `invalid_key`, `http`, `connection_lost`
 */
export const connect = async (options: ConnectOptions): Promise<Connection> =>
  createConnection(options, createPlatform(options))
