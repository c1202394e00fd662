/** A process that stands still after its n-th call (from 1) of all that it is given, until it is woken. */
export type Sleeper = {
  wrap<Target extends object>(target: Target): Target
  /** Resolves when it stands still. */
  asleep: Promise<void>
  wake(): void
}

export const createSleeper = (lastCall: number): Sleeper => {
  const [asleep, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let calls = 0
  const drowsy =
    (method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      const call = ++calls
      // Whatever it does beside stands still, too.
      if (call > lastCall) await woken.promise
      const result = await method(...given)
      if (call !== lastCall) return result
      asleep.resolve()
      await woken.promise
      return result
    }
  return {
    wrap: (target) => {
      const members = Object.entries(target).map(([name, member]) => [
        name,
        typeof member === 'function' ? drowsy(member as (...given: unknown[]) => unknown) : member,
      ])
      return Object.fromEntries(members)
    },
    asleep: asleep.promise,
    wake: () => woken.resolve(),
  }
}
