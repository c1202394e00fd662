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

/** Removes what is wrong at these paths, with all that has to go with it. */
export const removeBroken = (root: unknown, paths: readonly Path[]): void => {
  const targets = paths.map((path) => existingPart(root, unitOf(path)))
  const distinct = new Map(targets.map((target) => [JSON.stringify(target), target]))
  for (const target of [...distinct.values()].toSorted(fromTheEnd)) removeAt(root, target)
}
