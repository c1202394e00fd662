/** When an entity was made, changed and used (milliseconds since the epoch), and who must know that it ends. */
export type Life = {
  readonly createdAt: number
  updatedAt: number
  accessedAt: number
  /** The attached links: called when the entity is deleted. */
  readonly watchers: Set<() => void>
}

export const createLife = (createdAt: number, updatedAt = createdAt): Life => ({
  createdAt,
  updatedAt,
  accessedAt: updatedAt,
  watchers: new Set(),
})
