import type { Infra } from '../create-infra.ts'
import type { App } from '../read-app.ts'
import { checkHubs } from './check-hubs.ts'
import { checkLocalAuth } from './check-local-auth.ts'
import { checkParameters } from './check-parameters.ts'
import { checkRoles } from './check-roles.ts'
import { checkScale } from './check-scale.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkSettings } from './check-settings.ts'
import { checkStorage } from './check-storage.ts'
import { checkTopology } from './check-topology.ts'

/** What is wrong with the infrastructure in one respect, one line each. */
export type Check = (infra: Infra, app: App) => string[]

/** What infra/ says against what the code needs. */
export const checks: Readonly<Record<string, Check>> = {
  'the entities of Service Bus are those of the topology': checkTopology,
  'the hubs are those of the local cloud, and the app takes their events': checkHubs,
  'the tables and containers are those that the code opens': checkStorage,
  'the app settings are those that the app and the host read': checkSettings,
  'secrets go into the vault and nowhere else': checkSecrets,
  'nobody signs in with a key': checkLocalAuth,
  'the app has the roles that it needs, and no more': checkRoles,
  'parameters are described, bounded and passed on': checkParameters,
  'host.json, the functions of the app and the site agree': checkScale,
}
