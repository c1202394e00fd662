import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { KEEP_ALIVE_SECONDS } from './limits.ts'

export type StorageKind = 'table' | 'blob'

/** Azurite's server for one kind of storage: the part of its untyped class that is used here. */
export type AzuriteServer = { httpServer: Server; start(): Promise<void>; close(): Promise<void> }

export type AzuriteOptions = {
  host: string
  port: number
  /** Folder of the data; absent: kept in memory. */
  data?: string | undefined
  tls?: { cert: string; key: string } | undefined
  /** Take tokens of Microsoft Entra too: `basic` looks at their times, issuer and audience, never at the signature. */
  oauth?: 'basic' | undefined
}

type Constructor = new (...values: unknown[]) => unknown

const require = createRequire(import.meta.url)

/** Azurite's classes; they take a while to load, so that only a start loads them. */
const load = {
  TableServer: (): Constructor => classOf(require('azurite/dist/src/table/TableServer.js')),
  TableConfiguration: (): Constructor => classOf(require('azurite/dist/src/table/TableConfiguration.js')),
  BlobServer: (): Constructor => classOf(require('azurite/dist/src/blob/BlobServer.js')),
  BlobConfiguration: (): Constructor => classOf(require('azurite/dist/src/blob/BlobConfiguration.js')),
}

const classOf = (module: { default?: Constructor }): Constructor => {
  if (typeof module.default === 'function') return module.default
  throw new TypeError('This version of azurite is not supported: it exports no server class.')
}

/** The positional tail that TableConfiguration and BlobConfiguration share; no name means Azurite's own default. */
const common = ({ tls, oauth }: AzuriteOptions): unknown[] => {
  const loose = false
  const skipApiVersionCheck = true
  const password = ''
  const disableProductStyleUrl = true
  return [
    loose,
    skipApiVersionCheck,
    tls?.cert ?? '',
    tls?.key ?? '',
    password,
    oauth,
    disableProductStyleUrl,
  ]
}

const configureTable = (options: AzuriteOptions): unknown => {
  const { host, port, data } = options
  const quiet = [false, false, undefined, undefined]
  const path = join(data ?? '', 'tables.json')
  const Configuration = load.TableConfiguration()
  return new Configuration(
    host,
    port,
    KEEP_ALIVE_SECONDS,
    path,
    ...quiet,
    ...common(options),
    data === undefined,
  )
}

const configureBlob = (options: AzuriteOptions): unknown => {
  const { host, port, data } = options
  const quiet = [false, undefined, false, undefined]
  const paths = [join(data ?? '', 'blobs.json'), join(data ?? '', 'extents.json')]
  const extents = [{ locationId: 'Default', locationPath: join(data ?? '', 'blobs'), maxConcurrency: 50 }]
  const before = [host, port, KEEP_ALIVE_SECONDS, ...paths, extents, ...quiet]
  const Configuration = load.BlobConfiguration()
  return new Configuration(...before, ...common(options), data === undefined)
}

/**
 * Azurite's table or blob server, inside this process: its programs would each cost a process, a second start and a
 * proxy in front to count and to fail operations. Telemetry belongs to the programs and is never started here.
 */
export const createAzuriteServer = (kind: StorageKind, options: AzuriteOptions): AzuriteServer => {
  const Server = kind === 'table' ? load.TableServer() : load.BlobServer()
  const server = new Server(kind === 'table' ? configureTable(options) : configureBlob(options))
  return server as AzuriteServer
}
