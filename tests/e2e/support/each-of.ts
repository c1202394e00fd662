/** How much a test does at the same time, if it does not say so. */
const AT_ONCE = 16

/** Does the same with every item, some at a time. */
export const eachOf = async <Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<void> => {
  const rest = items.values()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const item of rest) await work(item)
  })
  await Promise.all(workers)
}
