import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ServiceBusAdministrationClient } from '@azure/service-bus'
import { type Cloud, startCloud } from '../local/cloud/start-cloud.ts'
import { portsFrom } from '../local/cloud/ports.ts'

/** A whole local cloud of its own for one measurement, with the built app, and the management of its broker. */
export type BenchCloud = Cloud & {
  managementUrl: string
  administration: ServiceBusAdministrationClient
  remove(): Promise<void>
}

const APP = resolve(import.meta.dirname, '../dist/app')

const administer = (connectionString: string, managementUrl: string): ServiceBusAdministrationClient => {
  const client = new ServiceBusAdministrationClient(connectionString)
  client.pipeline.addPolicy({
    name: 'local-management',
    sendRequest: (request, next) => {
      const { pathname, search } = new URL(request.url)
      request.url = new URL(pathname + search, managementUrl).href
      request.allowInsecureConnection = true
      return next(request)
    },
  })
  return client
}

export const startBenchCloud = async (): Promise<BenchCloud> => {
  const data = mkdtempSync(join(tmpdir(), 'agent-gateway-bench-'))
  const cloud = await startCloud({
    app: async () => APP,
    data,
    ports: portsFrom(0),
    env: { LOG_LEVEL: 'error' },
  })
  const managementUrl = cloud.endpoints.serviceBusManagement ?? ''
  return {
    ...cloud,
    managementUrl,
    administration: administer(cloud.endpoints.serviceBus, managementUrl),
    remove: async () => {
      await cloud.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
