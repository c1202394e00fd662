import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ServiceBusClient } from '@azure/service-bus'
import { expect, onTestFailed } from 'vitest'
import type { CloudOptions } from '../../../local/cloud/options.ts'
import { portsFrom } from '../../../local/cloud/ports.ts'
import { startCloud, type Cloud } from '../../../local/cloud/start-cloud.ts'
import { findPortBase } from './find-port-base.ts'
import { openControls, type Controls } from './controls.ts'
import { upTo } from './up-to.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
/** The built app, as it is deployed. */
export const APP = join(ROOT, 'dist/app')

/** Short attempts; the SDK's own pauses are 30 s. Agents repeat them. */
const RETRY = { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 10_000 }

export type Layout = 'single' | 'flex'

/** Processes that serve HTTP in each layout. */
export const httpProcesses = { single: 1, flex: 2 } as const satisfies Record<Layout, number>

type KillableFunction =
  'events_ingest' | 'events_stream' | 'a2a_requests' | 'a2a_responses' | 'signaling_hub_events'

type Target = { function: KillableFunction } | { http: number }

/** In the flex layout all processes of HTTP may run the webhook of a connection; of the viewers' the first is killed. */
const targetsOf = (layout: Layout, name: KillableFunction): Target[] => {
  if (layout === 'flex' && name === 'events_stream') return [{ http: 0 }]
  if (layout === 'flex' && name === 'signaling_hub_events')
    return upTo(httpProcesses.flex).map((http) => ({ http }))
  return [{ function: name }]
}

export type TestCloud = Cloud & {
  url: string
  layout: Layout
  /** The folder of everything that is kept. */
  data: string
  controls: { host: Controls; storage: Controls; serviceBus: Controls; webPubSub: Controls }
  /** A client of the broker. */
  bus: ServiceBusClient
  /** SIGKILL for the app processes that run a function; the host starts others. */
  kill(functionName: KillableFunction): Promise<void>
  /** Every line that the services wrote so far. */
  lines: readonly string[]
  /** Shows what the services said last, should the running test fail. */
  explain(): void
}

export type TestCloudOptions = Pick<CloudOptions, 'env' | 'tier' | 'static' | 'id' | 'serviceBus'> & {
  layout?: Layout
}

const create = async (
  options: TestCloudOptions,
  lines: string[],
): Promise<{ cloud: Cloud; data: string }> => {
  if (!existsSync(APP)) throw new Error('dist/app is missing: run "npm run build" first, or use "npm test".')
  const { layout = 'single', ...rest } = options
  const data = mkdtempSync(join(tmpdir(), 'cloud-'))
  const cloud = await startCloud({
    ...rest,
    app: async () => APP,
    data,
    ports: portsFrom(await findPortBase()),
    layout,
    httpProcesses: httpProcesses[layout],
    strict: true,
    onLine: ({ service, text }) => lines.push(`${service} ${text}`),
    onGiveUp: (reason) => lines.push(`gave up: ${reason}`),
  })
  return { cloud, data }
}

const openAllControls = ({ endpoints, storage, webPubSub }: Cloud): TestCloud['controls'] => ({
  host: openControls(endpoints.gateway),
  storage: openControls(`http://127.0.0.1:${storage.ready.port}`),
  serviceBus: openControls(endpoints.serviceBusManagement ?? ''),
  webPubSub: openControls(`http://127.0.0.1:${webPubSub.ready.port}`),
})

const LAST_LINES = 60

/** Shows what the services said at the end, where the running test fails. */
const showLinesOnFailure = (lines: readonly string[]): void => {
  onTestFailed(() => console.error(lines.slice(-LAST_LINES).join('\n')))
}

/**
 * Starts a whole cloud at free ports with the built app: the programs that `npm start` runs, strict. Everything is
 * thrown away by `stop`, which fails when anything went wrong that would hang on Azure.
 */
export const startTestCloud = async (options: TestCloudOptions = {}): Promise<TestCloud> => {
  const lines: string[] = []
  const { cloud, data } = await create(options, lines)
  const { endpoints } = cloud
  const bus = new ServiceBusClient(endpoints.serviceBus, { retryOptions: RETRY })
  const layout = options.layout ?? 'single'
  return {
    ...cloud,
    url: endpoints.gateway,
    layout,
    data,
    controls: openAllControls(cloud),
    bus,
    lines,
    explain: () => showLinesOnFailure(lines),
    kill: async (functionName) => {
      for (const target of targetsOf(layout, functionName)) {
        const body = JSON.stringify(target)
        const response = await fetch(`${endpoints.gateway}/__local/kill`, { method: 'POST', body })
        expect(response.status).toBe(200)
      }
    },
    stop: async () => {
      await bus.close()
      await cloud.stop()
      rmSync(data, { recursive: true, force: true, maxRetries: 5 })
      expect(lines.filter((line) => /failure\(s\) in strict mode|gave up/.test(line))).toEqual([])
    },
  }
}
