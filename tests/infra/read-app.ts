import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { indexFunctions } from '../../local/functions-host/functions/index-functions.ts'
import { createRouteTable } from '../../local/functions-host/routing/route-table.ts'
import {
  readHostSettings,
  type HostSettings,
} from '../../local/functions-host/settings/read-host-settings.ts'
import { createSettings } from '../../local/functions-host/settings/resolve-setting.ts'
import { describeApp } from '../e2e/bundle/describe-app.ts'

const APP = resolve(import.meta.dirname, '../../dist/app')

/** What of the built app the infrastructure speaks of. */
export type App = {
  host: HostSettings
  /** Functions that are scaled one by one: all but those of HTTP. */
  scaled: string[]
  /** The function that answers, if any. */
  answers(method: string, path: string): string | undefined
}

/** Reads the app as it is deployed. @throws where it is not built. */
export const readApp = async (): Promise<App> => {
  if (!existsSync(APP)) throw new Error('dist/app is missing: run "npm run build" first, or use "npm test".')
  const host = readHostSettings(APP, {})
  const { functions } = await describeApp(APP)
  const { routePrefix } = host.extensions.http
  const index = indexFunctions(functions, { routePrefix, settings: createSettings({}) })
  const routes = createRouteTable(index.routes)
  return {
    host,
    scaled: index.functions.filter(({ kind }) => kind !== 'http').map(({ name }) => name),
    answers: (method, path) => routes.find(method, path)?.entry.functionName,
  }
}
