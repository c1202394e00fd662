import type { ServiceError } from './service-error.ts'

/** A link that is attached to an entity. */
export type Watcher = { role: 'sender' | 'receiver'; end(error: ServiceError): void }

/** When an entity was made, changed and used (milliseconds since the epoch), and who must know that it ends. */
export type Life = {
  readonly createdAt: number
  updatedAt: number
  accessedAt: number
  /** The attached links: they end when the entity is deleted or switched off. */
  readonly watchers: Set<Watcher>
}

export const createLife = (createdAt: number, updatedAt = createdAt): Life => ({
  createdAt,
  updatedAt,
  accessedAt: updatedAt,
  watchers: new Set(),
})
