import type { Fault, Faults } from '../service/faults.ts'

/** The fault that hits an operation which can be named by several targets, the narrowest first. */
export const hitFault = async (
  faults: Faults,
  operation: string,
  targets: ReadonlyArray<string | undefined>,
): Promise<Exclude<Fault['action'], 'hold'> | undefined> => {
  for (const target of targets) {
    const hit = target === undefined || faults.idle ? undefined : await faults.hit(operation, target)
    if (hit !== undefined) return hit
  }
  return undefined
}
