/** A queue from one writer to one reader that is not in a hurry. */
export type Channel<Item> = {
  push(items: readonly Item[]): void
  end(): void
  fail(error: unknown): void
  read(): AsyncGenerator<Item, void, undefined>
}

export const createChannel = <Item>(): Channel<Item> => {
  const items: Item[] = []
  let end: { error?: unknown } | undefined
  let changed = Promise.withResolvers<void>()
  const notify = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  return {
    push: (more) => {
      items.push(...more)
      notify()
    },
    end: () => {
      end ??= {}
      notify()
    },
    fail: (error) => {
      end ??= { error }
      notify()
    },
    read: async function* () {
      for (;;) {
        const { promise } = changed
        const item = items.shift()
        if (item !== undefined) {
          yield item
          continue
        }
        if (end !== undefined) {
          if ('error' in end) throw end.error
          return
        }
        await promise
      }
    },
  }
}
