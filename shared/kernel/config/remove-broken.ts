import { existingPart, type Path, removeAt } from './paths.ts'

const isIndex = (key: string): boolean => /^\d+$/.test(key)

/**
 * What has to go when something in it is wrong, so that the rest never allows more than was meant: an entry of a list
 * as a whole (a key whose scopes are wrong must not get the default ones), and all of `cors`.
 */
export const unitOf = (path: Path): Path => {
  if (path[0] === 'cors') return ['cors']
  const index = path.findIndex(isIndex)
  return index < 0 ? path : path.slice(0, index + 1)
}

/** Later entries of a list first, so that removing one does not move another. */
const fromTheEnd = (a: Path, b: Path): number => {
  const index = a.findIndex((key, at) => key !== b[at])
  const [left = '', right = ''] = [a[index], b[index]]
  return isIndex(left) && isIndex(right) ? Number(right) - Number(left) : 0
}

/** Where something stood before entries of lists were removed. */
export type ToOriginal = (path: Path) => Path

const shiftedBack = (index: number, removed: readonly number[]): number =>
  removed
    .toSorted((a, b) => a - b)
    .reduce((shifted, gone) => (gone <= shifted ? shifted + 1 : shifted), index)

const toOriginalOf =
  (targets: readonly Path[]): ToOriginal =>
  (path) => {
    const original: string[] = []
    for (const key of path) {
      const siblings = targets.filter(
        (target) =>
          target.length === original.length + 1 && original.every((part, index) => target[index] === part),
      )
      const removed = siblings.map((target) => target.at(-1) ?? '').filter(isIndex)
      original.push(isIndex(key) ? String(shiftedBack(Number(key), removed.map(Number))) : key)
    }
    return original
  }

/** Removes what is wrong at these paths, with all that has to go with it. */
export const removeBroken = (root: unknown, paths: readonly Path[]): ToOriginal => {
  const targets = paths.map((path) => existingPart(root, unitOf(path)))
  const distinct = new Map(targets.map((target) => [JSON.stringify(target), target]))
  for (const target of [...distinct.values()].toSorted(fromTheEnd)) removeAt(root, target)
  return toOriginalOf([...distinct.values()])
}
