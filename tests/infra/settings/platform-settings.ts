/** What the Functions host and its libraries read, beside what the app does. */
const platformSettings: Readonly<Record<string, string>> = {
  FUNCTIONS_WORKER_RUNTIME: 'Core Tools: which worker to start; on Flex Consumption the site says it',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'the host: where telemetry goes',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'the host: as whom it sends telemetry',
}

/** Any value of host.json, by its path. */
const HOST_OVERRIDE = 'AzureFunctionsJobHost__'

/** Settings that Flex Consumption refuses, or that say again what the site says (functionAppConfig). */
export const refusedOnFlex =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_(?!AUTH_).*|SCM_DO_BUILD_DURING_DEPLOYMENT|TZ)$/

/** Whether the platform reads a setting. @param connections names under which triggers and the host find their services */
export const readByPlatform = (name: string, connections: readonly string[]): boolean =>
  name in platformSettings ||
  name.startsWith(HOST_OVERRIDE) ||
  connections.some((connection) => name === `${connection}__credential`)
