/** A place in nested settings: keys and array indices, as text. */
export type Path = readonly string[]

type Container = Record<string, unknown>

/** Narrows to something with keys; an array is one too, keyed by its indices. */
export const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const stepInto = (value: unknown, key: string): unknown =>
  isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined

export const readAt = (root: unknown, path: Path): unknown => path.reduce(stepInto, root)

/** Writes a value, creating objects (arrays where the key is a number) on the way. */
export const writeAt = (root: Container, path: Path, value: unknown): void => {
  let node = root
  for (const [index, key] of path.entries()) {
    const following = path[index + 1]
    if (following === undefined) {
      define(node, key, value)
      return
    }
    if (!isContainer(stepInto(node, key))) define(node, key, /^\d+$/.test(following) ? [] : {})
    const child = stepInto(node, key)
    if (!isContainer(child)) return
    node = child
  }
}

/** Own properties only: a key named `__proto__` must not reach the prototype. */
const define = (node: Container, key: string, value: unknown): void => {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true })
}

/** The longest beginning of a path that leads to something: what can be removed. */
export const existingPart = (root: unknown, path: Path): Path => {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length)
    if (readAt(root, part) !== undefined) return part
  }
  return []
}

export const removeAt = (root: unknown, path: Path): void => {
  const key = path.at(-1)
  const parent = readAt(root, path.slice(0, -1))
  if (key === undefined || !isContainer(parent)) return
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

/** Deep copy of plain settings in which `over` wins; lists are replaced as a whole, and null says nothing. */
export const mergeSettings = (under: unknown, over: unknown): unknown => {
  if (over === undefined || over === null) return structuredClone(under)
  // Entries given by their numbers may leave some out.
  if (Array.isArray(over)) return structuredClone(Object.values(over))
  if (!isContainer(over)) return over
  const result: Container = {}
  const base = isContainer(under) && !Array.isArray(under) ? under : {}
  for (const key of new Set([...Object.keys(base), ...Object.keys(over)])) {
    const merged = mergeSettings(stepInto(base, key), stepInto(over, key))
    if (merged !== undefined) define(result, key, merged)
  }
  return result
}
