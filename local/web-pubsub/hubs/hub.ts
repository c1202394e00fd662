import type { Connection, ConnectionClose } from './connection.ts'

const nobody: ReadonlySet<Connection> = new Set()

/** The connections of one hub and what they belong to. A group exists as long as it has members, a user likewise. */
export class Hub {
  readonly name: string
  readonly connections = new Map<string, Connection>()
  readonly #users = new Map<string, Set<Connection>>()
  readonly #groups = new Map<string, Set<Connection>>()
  readonly #onEnded: (client: { hub: Hub; connection: Connection }, reason: string) => void

  constructor(options: {
    name: string
    onEnded: (client: { hub: Hub; connection: Connection }, reason: string) => void
  }) {
    this.name = options.name
    this.#onEnded = options.onEnded
  }

  members(group: string): ReadonlySet<Connection> {
    return this.#groups.get(group) ?? nobody
  }

  connectionsOf(userId: string): ReadonlySet<Connection> {
    return this.#users.get(userId) ?? nobody
  }

  add(connection: Connection, groups: Iterable<string>): void {
    this.connections.set(connection.id, connection)
    const { userId } = connection.identity
    if (userId !== null) addTo(this.#users, userId, connection)
    for (const group of groups) this.join(connection, group)
  }

  join(connection: Connection, group: string): void {
    connection.groups ??= new Set()
    connection.groups.add(group)
    addTo(this.#groups, group, connection)
  }

  leave(connection: Connection, group: string): void {
    connection.groups?.delete(group)
    removeFrom(this.#groups, group, connection)
  }

  leaveAll(connection: Connection): void {
    for (const group of connection.groups ?? []) removeFrom(this.#groups, group, connection)
    connection.groups = undefined
  }

  /** Ends a connection for good: tells the client, closes its socket, forgets it. Does nothing when it has ended. */
  end(connection: Connection, close: ConnectionClose): void {
    if (!this.connections.delete(connection.id)) return
    this.leaveAll(connection)
    const { userId, dialect } = connection.identity
    if (userId !== null) removeFrom(this.#users, userId, connection)
    if (dialect !== 'simple') {
      connection.send(JSON.stringify({ type: 'system', event: 'disconnected', message: close.reason }))
    }
    connection.close(close)
    this.#onEnded({ hub: this, connection }, close.reason)
  }
}

const addTo = <Key>(index: Map<Key, Set<Connection>>, key: Key, connection: Connection): void => {
  const found = index.get(key)
  if (found === undefined) index.set(key, new Set([connection]))
  else found.add(connection)
}

const removeFrom = <Key>(index: Map<Key, Set<Connection>>, key: Key, connection: Connection): void => {
  const found = index.get(key)
  if (found?.delete(connection) === true && found.size === 0) index.delete(key)
}
