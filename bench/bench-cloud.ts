import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ServiceBusAdministrationClient } from '@azure/service-bus'
import { createAdministrationClient } from '../local/cloud/create-administration-client.ts'
import type { CloudOptions } from '../local/cloud/options.ts'
import { type Cloud, startCloud } from '../local/cloud/start-cloud.ts'
import { portsFrom } from '../local/cloud/ports.ts'

/** A whole local cloud of its own for one measurement, with the built app, and the management of its broker. */
export type BenchCloud = Cloud & {
  managementUrl: string
  administration: ServiceBusAdministrationClient
  remove(): Promise<void>
}

const APP = resolve(import.meta.dirname, '../dist/app')

export const startBenchCloud = async ({
  env,
  ...options
}: Pick<CloudOptions, 'id' | 'serviceBus' | 'env'> = {}): Promise<BenchCloud> => {
  const data = mkdtempSync(join(tmpdir(), 'agent-gateway-bench-'))
  const cloud = await startCloud({
    ...options,
    app: async () => APP,
    data,
    ports: portsFrom(0),
    env: { LOG_LEVEL: 'error', ...env },
  })
  const managementUrl = cloud.endpoints.serviceBusManagement ?? ''
  return {
    ...cloud,
    managementUrl,
    administration: createAdministrationClient(cloud.endpoints.serviceBus, managementUrl),
    remove: async () => {
      await cloud.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
