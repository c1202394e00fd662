import type { Connection } from '../hubs/connection.ts'
import type { Hub } from '../hubs/hub.ts'

/** A connection and the hub it belongs to. */
export type Client = { hub: Hub; connection: Connection }
