import type { DeploymentNames } from '../../../shared/contract/topology.ts'
import { namesOf } from '../../../local/cloud/entities-of.ts'
import type { Fields } from '../bicep/value.ts'
import { secrets } from '../create-infra.ts'

const joining = { existingServiceBusNamespace: 'sb-shared', existingServiceBusResourceGroup: 'rg-shared' }

type DeploymentCase = {
  parameters: Fields
  names: DeploymentNames
  /** Parameters of the environment whose services it uses, where they are not its own. */
  owner?: Fields
}

/** Deployments that differ in what they make and say, with the names of the local cloud that is alike. */
export const deployments: readonly DeploymentCase[] = [
  { parameters: {}, names: namesOf({ id: 'test' }) },
  { parameters: joining, names: namesOf({ id: 'test', serviceBus: { connectionString: '' } }) },
  {
    parameters: {
      proxyId: 'signals',
      parts: 'signaling, operations',
      frontDoor: true,
      httpConcurrency: 1000,
    },
    names: namesOf({ id: 'signals' }),
  },
  {
    parameters: {
      privateNetwork: true,
      previousSecretKeys: secrets.previousSecretKeys,
      alertEmail: 'operator@example.org',
      budgetAmount: 100,
      appSettings: { LOG_LEVEL: 'debug' },
    },
    names: namesOf({ id: 'test' }),
  },
  {
    parameters: { environmentName: 'signals', sharedEnvironment: 'test', parts: 'signaling' },
    names: namesOf({ id: 'test' }),
    owner: { parts: 'events, a2a, operations' },
  },
]
