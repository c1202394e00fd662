import type { BenchCloud } from './bench-cloud.ts'

export type Meter = { operations: Record<string, number>; total: number }
export type Meters = { serviceBus: Meter; webPubSub: Meter; table: Meter; host: Meter }

const webPubSubUrl = (cloud: BenchCloud): string => {
  const { Endpoint = '' } = Object.fromEntries(
    cloud.endpoints.webPubSub.split(';').map((part) => part.split(/=(.*)/s).slice(0, 2)),
  )
  return /:\d+$/.test(Endpoint) ? Endpoint : `${Endpoint}:${cloud.webPubSub.ready.port}`
}

const tableUrl = (cloud: BenchCloud): string =>
  /TableEndpoint=(http:\/\/[^/;]+)/.exec(cloud.endpoints.storage)?.[1] ?? ''

const urls = (cloud: BenchCloud): Record<keyof Meters, string> => ({
  serviceBus: cloud.managementUrl,
  webPubSub: webPubSubUrl(cloud),
  table: tableUrl(cloud),
  host: cloud.endpoints.gateway,
})

const call = async (base: string, method: string): Promise<Meter> =>
  (await fetch(new URL('/__local/meter', base), { method })).json() as Promise<Meter>

const callAll = async (cloud: BenchCloud, method: string): Promise<Meters> => {
  const entries = Object.entries(urls(cloud)).map(
    async ([name, url]) => [name, await call(url, method)] as const,
  )
  return Object.fromEntries(await Promise.all(entries)) as Meters
}

export const readMeters = (cloud: BenchCloud): Promise<Meters> => callAll(cloud, 'GET')
export const resetMeters = (cloud: BenchCloud): Promise<Meters> => callAll(cloud, 'DELETE')
