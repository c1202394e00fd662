/** Counts what Azure would bill for: operations by name. */
export type Meter = {
  count(operation: string, times?: number): void
  read(): { operations: Record<string, number>; total: number }
  reset(): void
}

export const createMeter = (): Meter => {
  const counts = new Map<string, number>()
  return {
    count: (operation, times = 1) => {
      counts.set(operation, (counts.get(operation) ?? 0) + times)
    },
    read: () => ({
      operations: Object.fromEntries([...counts].toSorted()),
      total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    }),
    reset: () => counts.clear(),
  }
}
