import { UsageError } from '../service/run.ts'
import { readEndpoints } from './endpoints.ts'
import { type Broker, findBroker } from './find-broker.ts'

/**
 * The broker of the deployment that runs with a data folder.
 * @throws UsageError when none has run with it.
 */
export const joinBroker = (data: string): Broker => {
  const known = readEndpoints(data)
  if (known === undefined) {
    throw new UsageError(
      `--join: ${data} has no endpoints.json. Name the data folder (--data) of a gateway that runs.`,
    )
  }
  const { serviceBus: connectionString, serviceBusManagement: managementUrl } = known
  return findBroker({ connectionString, managementUrl }, data)
}
