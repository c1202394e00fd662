/** Thrown where a process would have died. */
export class Killed extends Error {
  override name = 'Killed'
}

/** A process that dies right after its n-th call (from 1) of all that it is given. What it calls later does nothing. */
export type Mortal = { wrap<Target extends object>(target: Target): Target }

export const createMortal = (lastCall: number): Mortal => {
  let calls = 0
  const live =
    (method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      if (++calls > lastCall) throw new Killed('killed before')
      const dies = calls === lastCall
      const result = await method(...given)
      if (dies) throw new Killed('killed after')
      return result
    }
  return {
    wrap: (target) => {
      const members = Object.entries(target).map(([name, member]) => [
        name,
        typeof member === 'function' ? live(member as (...given: unknown[]) => unknown) : member,
      ])
      return Object.fromEntries(members)
    },
  }
}
