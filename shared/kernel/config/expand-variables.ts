import type { Environment } from './connections.ts'

export type MissingVariable = { path: string[]; variable: string }

/**
 * Replaces every `${VAR}` in the strings of a parsed file by the variable's value.
 * @returns the new value and the variables that are not defined; their text stays.
 */
export const expandVariables = (
  value: unknown,
  env: Environment,
): { value: unknown; missing: MissingVariable[] } => {
  const missing: MissingVariable[] = []

  const expandText = (text: string, path: string[]): string =>
    text.replace(/\$\{([^}]*)\}/g, (written: string, variable: string) => {
      const found = env[variable]
      if (found === undefined) missing.push({ path, variable })
      return found ?? written
    })

  const expand = (node: unknown, path: string[]): unknown => {
    if (typeof node === 'string') return expandText(node, path)
    if (Array.isArray(node)) return node.map((item, index) => expand(item, [...path, String(index)]))
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, expand(item, [...path, key])]))
  }

  return { value: expand(value, []), missing }
}
