import { UsageError } from '../service/run.ts'
import { readEndpoints } from './endpoints.ts'

/** A running broker; `managementUrl` where it is a local one. */
export type Broker = { connectionString: string; managementUrl?: string | undefined }

/**
 * Completes the broker that `--service-bus` names: the cloud that started it wrote its management endpoint into the
 * `endpoints.json` of `data`. A namespace on Azure has its own.
 * @throws UsageError when a local broker's management endpoint is unknown.
 */
export const findBroker = (broker: Broker, data: string): Broker => {
  const isLocal = broker.connectionString.includes('UseDevelopmentEmulator=true')
  if (broker.managementUrl !== undefined || !isLocal) return broker
  const known = readEndpoints(data)
  if (known?.serviceBus !== broker.connectionString || known.serviceBusManagement === undefined) {
    throw new UsageError(
      'the management endpoint of this broker is unknown: name it with --service-bus-management http://HOST:PORT.',
    )
  }
  return { ...broker, managementUrl: known.serviceBusManagement }
}
