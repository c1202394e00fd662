/** What arrived and was not asked for yet; `next` waits for it. */
export type Queue<Item> = {
  push(item: Item): void
  next(): Promise<Item>
  /** Takes everything that is there, without waiting. */
  drain(): Item[]
  /** Nothing comes any more: whoever waits, or will, gets the error. */
  fail(error: Error): void
}

export const createQueue = <Item>(): Queue<Item> => {
  const items: Item[] = []
  const waiting: Array<PromiseWithResolvers<Item>> = []
  let failure: Error | undefined
  return {
    push: (item) => {
      const first = waiting.shift()
      if (first === undefined) items.push(item)
      else first.resolve(item)
    },
    next: () => {
      const item = items.shift()
      if (item !== undefined) return Promise.resolve(item)
      if (failure !== undefined) return Promise.reject(failure)
      const pending = Promise.withResolvers<Item>()
      waiting.push(pending)
      return pending.promise
    },
    drain: () => items.splice(0),
    fail: (error) => {
      failure = error
      for (const { reject } of waiting.splice(0)) reject(error)
    },
  }
}
