import { ACK_MEMORY_SIZE } from '../limits.ts'

/** The ackIds of one connection that were executed: a repeated one must not be executed again. */
export class AckMemory {
  readonly #ids = new Set<number>()

  has(ackId: number): boolean {
    return this.#ids.has(ackId)
  }

  remember(ackId: number): void {
    this.#ids.add(ackId)
    if (this.#ids.size <= ACK_MEMORY_SIZE) return
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest)
      return
    }
  }
}
