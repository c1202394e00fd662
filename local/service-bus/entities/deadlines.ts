import type { LocalClock, LocalTimer } from '../../service/clock.ts'

/** A moment that was asked for. */
export type Deadline = { cancel(): void }

/**
 * Very many timers on one timer of the clock: locks, times to live, schedules. Setting one costs O(log n), cancelling one
 * O(1); the cancelled are swept out when they are the majority.
 */
export type Deadlines = {
  /** Runs `callback` when the clock reaches `at` (milliseconds since the epoch). */
  at(at: number, callback: () => void): Deadline
  stop(): void
}

type Entry = { at: number; order: number; callback: (() => void) | undefined }

/** Fewer cancelled entries than this are not worth a sweep. */
const SWEEP_ABOVE = 1_024

const before = (left: Entry, right: Entry): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order)

const siftUp = (heap: Entry[], entry: Entry): void => {
  let index = heap.length
  heap.push(entry)
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !before(entry, parent)) break
    heap[index] = parent
    index = above
  }
  heap[index] = entry
}

const removeFirst = (heap: Entry[]): void => {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let index = 0
  for (;;) {
    const left = heap[2 * index + 1]
    if (left === undefined) break
    const right = heap[2 * index + 2]
    const child = right !== undefined && before(right, left) ? right : left
    if (!before(child, last)) break
    heap[index] = child
    index = child === left ? 2 * index + 1 : 2 * index + 2
  }
  heap[index] = last
}

export const createDeadlines = (clock: LocalClock): Deadlines => {
  let heap: Entry[] = []
  let cancelled = 0
  let order = 0
  let timer: LocalTimer | undefined
  let armedFor = Infinity

  const sweep = (): void => {
    if (cancelled < SWEEP_ABOVE || cancelled * 2 < heap.length) return
    const kept = heap.filter((entry) => entry.callback !== undefined)
    heap = kept.toSorted((left, right) => left.at - right.at || left.order - right.order)
    cancelled = 0
  }

  const arm = (): void => {
    const first = heap[0]
    if (first === undefined || first.at >= armedFor) return
    timer?.cancel()
    armedFor = first.at
    timer = clock.at(first.at, fire)
  }

  const fire = (): void => {
    armedFor = Infinity
    for (let first = heap[0]; first !== undefined && first.at <= clock.now(); first = heap[0]) {
      removeFirst(heap)
      const { callback } = first
      first.callback = undefined
      if (callback === undefined) cancelled--
      else callback()
    }
    arm()
  }

  return {
    at: (at, callback) => {
      const entry: Entry = { at, order: order++, callback }
      siftUp(heap, entry)
      arm()
      return {
        cancel: () => {
          if (entry.callback === undefined) return
          entry.callback = undefined
          cancelled++
          sweep()
        },
      }
    },
    stop: () => {
      timer?.cancel()
      heap = []
      armedFor = -Infinity
    },
  }
}
