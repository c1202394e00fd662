import { FUNCTION_NAME } from '../limits.ts'
import { parseRoute } from '../routing/parse-route.ts'
import { compareOrdinalIgnoreCase, type RouteEntry } from '../routing/route-table.ts'
import type { Settings } from '../settings/resolve-setting.ts'
import type { FunctionMetadata } from '../worker/protocol.ts'
import {
  isDisabled,
  readFunction,
  type FunctionDefinition,
  type HttpFunction,
} from './function-definition.ts'

export type StartupError = { functionName: string; reason: string }

/** The functions of an app in Azure's order, and those that Azure would not start. */
export type FunctionIndex = {
  functions: FunctionDefinition[]
  disabled: string[]
  errors: StartupError[]
  routes: RouteEntry[]
}

/** `admin` and `runtime` belong to the host; Azure tests the mere beginning of the route. */
const RESERVED_ROUTE = /^\/?(admin|runtime)/i

const checkName = (name: string): void => {
  if (!FUNCTION_NAME.test(name) || name.toLowerCase() === 'host') {
    throw new Error(
      `'${name}' is not a valid function name: a letter, then letters, digits, _ and -; not "host"`,
    )
  }
}

const createRoute = (definition: HttpFunction, prefix: string, taken: readonly Route[]): Route => {
  if (RESERVED_ROUTE.test(definition.route)) {
    throw new Error(`the route '${definition.route}' begins with a reserved word (admin, runtime)`)
  }
  const conflict = taken.find(
    ({ route, entry }) =>
      route.toLowerCase() === definition.route.toLowerCase() &&
      entry.methods.some((method) => definition.methods.includes(method)),
  )
  if (conflict !== undefined) {
    throw new Error(`its route conflicts with the route of the function '${conflict.entry.functionName}'`)
  }
  const template = parseRoute([prefix, definition.route.replace(/^\//, '')].filter(Boolean).join('/'))
  return {
    route: definition.route,
    entry: { functionName: definition.name, methods: definition.methods, template },
  }
}

type Route = { route: string; entry: RouteEntry }

/** Sorts and checks what the app registered. A wrong function does not run; the others do. */
export const indexFunctions = (
  registered: readonly FunctionMetadata[],
  options: { routePrefix: string; settings: Settings },
): FunctionIndex => {
  const index: FunctionIndex = { functions: [], disabled: [], errors: [], routes: [] }
  const routes: Route[] = []
  const prefix = options.routePrefix.replace(/^\/|\/$/g, '')
  for (const metadata of registered.toSorted((a, b) => compareOrdinalIgnoreCase(a.name, b.name))) {
    try {
      checkName(metadata.name)
      if (isDisabled(options.settings, metadata.name)) {
        index.disabled.push(metadata.name)
        continue
      }
      const definition = readFunction(metadata)
      if (definition.kind === 'http') routes.push(createRoute(definition, prefix, routes))
      index.functions.push(definition)
    } catch (error) {
      index.errors.push({
        functionName: metadata.name,
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }
  index.routes = routes.map(({ entry }) => entry)
  return index
}
