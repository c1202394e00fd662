import { matchRoute, splitPath, type RouteValues } from './match-route.ts'
import type { RouteTemplate } from './parse-route.ts'

export type RouteEntry = { functionName: string; methods: readonly string[]; template: RouteTemplate }

export type RouteTable = {
  entries: readonly RouteEntry[]
  /** The first entry, in order of function name, that matches path, method and constraints. */
  find(method: string, path: string): { entry: RouteEntry; values: RouteValues } | undefined
}

/** .NET's `StringComparer.OrdinalIgnoreCase`: by UTF-16 code unit of the upper-case text. */
export const compareOrdinalIgnoreCase = (left: string, right: string): number => {
  const [a, b] = [left.toUpperCase(), right.toUpperCase()]
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The routes of an app in the order in which Azure tries them: by function name, whatever their specificity. */
export const createRouteTable = (routes: readonly RouteEntry[]): RouteTable => {
  const entries = routes.toSorted((a, b) => compareOrdinalIgnoreCase(a.functionName, b.functionName))
  return {
    entries,
    find: (method, path) => {
      const requested = splitPath(path)
      for (const entry of entries) {
        if (!entry.methods.includes(method)) continue
        const values = matchRoute(entry.template, requested)
        if (values !== undefined) return { entry, values }
      }
      return undefined
    },
  }
}
