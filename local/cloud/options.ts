import type { Broker } from './find-broker.ts'
import type { CloudPorts } from './ports.ts'
import type { ServiceLine } from './spawn-service.ts'

/** The id of a deployment that has none of its own. */
export const DEFAULT_ID = 'local'

export type CloudOptions = {
  /** Gives the folder of the built app; it may build it while the services start. */
  app(): Promise<string>
  /** Folder of everything that is kept: storage, the broker's journal, the secret key, endpoints.json. */
  data: string
  ports: CloudPorts
  /** Where the gateway listens; everything else stays on 127.0.0.1. */
  host?: string | undefined
  /** Name of this deployment. */
  id?: string | undefined
  /** Data folder of the deployment whose secret key is used too: what one seals the other opens. */
  keyFolder?: string | undefined
  /** What the workspace says it is; a coordinator by default. */
  role?: 'coordinator' | 'follower' | undefined
  /** `single`: one process; `flex`: `httpProcesses` for HTTP and one for every other function. */
  layout?: 'single' | 'flex' | undefined
  httpProcesses?: number | undefined
  /** Makes what would hang on Azure an error. */
  strict?: boolean | undefined
  /** Folder that the gateway's origin serves as files. */
  static?: string | undefined
  /** A running broker instead of one of our own. */
  serviceBus?: Broker | undefined
  tier?: 'standard' | 'premium' | undefined
  /** Further settings of the app; they win. */
  env?: Readonly<Record<string, string>> | undefined
  /** Every line that the services and the app write. */
  onLine?: ((line: ServiceLine) => void) | undefined
  /** A service cannot be kept running. */
  onGiveUp?: ((reason: string) => void) | undefined
}
