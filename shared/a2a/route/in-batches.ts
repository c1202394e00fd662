export type BatchOptions<Item> = {
  /** Reading pauses while what waits is this large. */
  maxSize: number
  sizeOf(item: Item): number
  /** Lets a list wait for more, until it resolves or an item says that no more will come. */
  linger?: { wait(): Promise<void>; isLast(item: Item): boolean }
}

/** What a source gives, in lists of everything that came while the last list was worked on. */
export async function* inBatches<Item>(
  source: AsyncIterable<Item>,
  options: BatchOptions<Item>,
): AsyncGenerator<Item[], void, undefined> {
  const { linger } = options
  let batch: Item[] = []
  let size = 0
  let end: { error?: unknown } | undefined
  let arrived = Promise.withResolvers<void>()
  let taken = Promise.withResolvers<void>()
  const last = Promise.withResolvers<void>()

  const take = (): Item[] => {
    const items = batch
    batch = []
    size = 0
    arrived = Promise.withResolvers()
    taken.resolve()
    taken = Promise.withResolvers()
    return items
  }

  const read = async (): Promise<void> => {
    try {
      for await (const item of source) {
        batch.push(item)
        size += options.sizeOf(item)
        if (linger?.isLast(item)) last.resolve()
        arrived.resolve()
        if (size >= options.maxSize) await taken.promise
      }
      end = {}
    } catch (error) {
      end = { error }
    }
    last.resolve()
    arrived.resolve()
  }
  void read()

  for (;;) {
    await arrived.promise
    if (linger !== undefined && end === undefined) await Promise.race([linger.wait(), last.promise])
    const items = take()
    if (items.length > 0) yield items
    if (end === undefined || batch.length > 0) continue
    if ('error' in end) throw end.error
    return
  }
}
