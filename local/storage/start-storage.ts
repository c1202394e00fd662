import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { authority } from '../service/authority.ts'
import { createLocalClock } from '../service/clock.ts'
import type { Controls } from '../service/control.ts'
import { createFaults } from '../service/faults.ts'
import { DEFAULT_HOST } from '../service/limits.ts'
import { createMeter } from '../service/meter.ts'
import { isPortTaken, portTaken, UsageError, type RunningService } from '../service/run.ts'
import { createAzuriteServer, type AzuriteOptions, type AzuriteServer, type StorageKind } from './azurite.ts'
import { watchRequests } from './watch-requests.ts'

export type StorageOptions = {
  host?: string | undefined
  /** 0, the default, takes a free port. */
  tablePort?: number | undefined
  blobPort?: number | undefined
  /** Folder of the data; absent: everything is kept in memory and gone after `stop`. */
  data?: string | undefined
  /** Paths of certificate and key. */
  tls?: { cert: string; key: string } | undefined
  /** Take bearer tokens too, as `azurite --oauth basic` does; only behind TLS. */
  oauth?: 'basic' | undefined
}

export type RunningStorage = RunningService &
  Controls & { connectionString: string; tableUrl: string; blobUrl: string }

/** The account that Azurite and every Azure Storage emulator before it know; its key is public. */
const ACCOUNT_NAME = 'devstoreaccount1'
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const startServer = async (
  kind: StorageKind,
  options: AzuriteOptions,
  controls: Controls,
): Promise<AzuriteServer> => {
  const server = createAzuriteServer(kind, options)
  const [listener] = server.httpServer.listeners('request')
  server.httpServer.removeAllListeners('request')
  server.httpServer.on('request', watchRequests(kind, controls, listener as () => void))
  try {
    await server.start()
  } catch (error) {
    throw isPortTaken(error) ? portTaken(options.port, `--${kind}-port`) : error
  }
  return server
}

/**
 * Starts Azurite's table and blob services in this process, counted and faultable.
 * The clock is there for `/__local/clock` alone: Azurite itself keeps real time.
 * @throws UsageError when a port is taken, or tokens would come without TLS.
 */
export const startStorage = async (options: StorageOptions = {}): Promise<RunningStorage> => {
  const { host = DEFAULT_HOST, data, tls, oauth } = options
  if (oauth !== undefined && tls === undefined)
    throw new UsageError('--oauth needs TLS: tokens are refused over http. Add --tls-cert and --tls-key.')
  if (data !== undefined) mkdirSync(data, { recursive: true })
  const controls: Controls = { clock: createLocalClock(), faults: createFaults(), meter: createMeter() }
  const base = { host, data, tls, oauth }
  const table = await startServer('table', { ...base, port: options.tablePort ?? 0 }, controls)
  const blob = await startServer('blob', { ...base, port: options.blobPort ?? 0 }, controls).catch(
    async (error: unknown) => {
      await table.close()
      throw error
    },
  )
  const protocol = tls === undefined ? 'http' : 'https'
  const [tablePort, blobPort] = [portOf(table.httpServer), portOf(blob.httpServer)]
  const tableUrl = `${protocol}://${authority(host, tablePort)}/${ACCOUNT_NAME}`
  const blobUrl = `${protocol}://${authority(host, blobPort)}/${ACCOUNT_NAME}`
  const connectionString = `DefaultEndpointsProtocol=${protocol};AccountName=${ACCOUNT_NAME};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${blobUrl};TableEndpoint=${tableUrl};`
  return {
    ...controls,
    connectionString,
    tableUrl,
    blobUrl,
    ready: { service: 'storage', port: tablePort, tablePort, blobPort, connectionString },
    stop: async () => {
      controls.faults.remove()
      controls.clock.stop()
      for (const { httpServer } of [table, blob]) httpServer.closeAllConnections()
      await Promise.all([table.close(), blob.close()])
    },
  }
}
