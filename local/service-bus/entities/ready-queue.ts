import type { Message } from './message.ts'

/**
 * Messages that a receiver may take, the lowest sequence number first. New messages come in order and cost O(1); one that
 * comes back after an abandon or a lost lock takes its old place. A message that is gone (expired) is skipped; they
 * are forgotten before they are the majority.
 */
export type ReadyQueue = {
  /** How many messages are kept, those included that are gone and not yet forgotten. */
  readonly kept: number
  push(message: Message): void
  /** The next message, left in the queue. */
  first(): Message | undefined
  shift(): Message | undefined
}

/** Fewer messages than this are not worth a sweep. */
const SWEEP_ABOVE = 256

export const createReadyQueue = (): ReadyQueue => {
  /** A binary heap by sequence number. */
  let heap: Message[] = []
  let sweepAt = SWEEP_ABOVE

  /** A sorted list is a heap. */
  const sweep = (): void => {
    heap = heap.filter(({ gone }) => !gone).toSorted((left, right) => left.sequence - right.sequence)
    sweepAt = Math.max(SWEEP_ABOVE, 2 * heap.length)
  }

  const push = (message: Message): void => {
    if (heap.length >= sweepAt) sweep()
    let index = heap.length
    heap.push(message)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.sequence < message.sequence) break
      heap[index] = parent
      index = above
    }
    heap[index] = message
  }

  const pop = (): Message | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      if (left === undefined) break
      const right = heap[2 * index + 2]
      const rightFirst = right !== undefined && right.sequence < left.sequence
      const child = rightFirst ? right : left
      if (last.sequence < child.sequence) break
      heap[index] = child
      index = 2 * index + (rightFirst ? 2 : 1)
    }
    heap[index] = last
    return first
  }

  const first = (): Message | undefined => {
    while (heap[0]?.gone) pop()
    return heap[0]
  }

  return {
    get kept() {
      return heap.length
    },
    push,
    first,
    shift: () => (first() === undefined ? undefined : pop()),
  }
}
