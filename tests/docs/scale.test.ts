import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { Settings } from '../../shared/kernel/config/settings.ts'
import { readGuide } from '../e2e/guides/read-guide.ts'
import { ASSUMED, AZURE, GATEWAY, sizeAgents, sizeEvents, sizeSockets, sizeSse, toUnits } from './sizing.ts'

const root = resolve(import.meta.dirname, '../..')
const guide = readGuide('scale')
const { streams, signaling } = Settings.parse({})

const template = await readFile(join(root, 'infra/main.bicep'), 'utf8')
const VIEWERS_PER_INSTANCE = Number(/^param httpConcurrency int = (\d+)$/m.exec(template)?.[1])
const number = (value: number): string => value.toLocaleString('en-US')
const percent = (part: number): string => `${number(Math.round(part * 100))} %`

/** As it can be set, or that one resource is not enough. */
const units = (needed: number): string =>
  needed > AZURE.p2Units ? `${number(needed)}: several services` : number(toUnits(needed))

test('what the sheet says of the settings is what they are', () => {
  expect(GATEWAY.pollSeconds).toBe(streams.poll_seconds)
  expect(AZURE.regionCores).toBeLessThan(AZURE.appInstances)
  expect(guide.text).toContain(`\`signaling.max_connections\` (${number(signaling.max_connections)})`)
  expect(guide.text).toContain(`\`streams.poll_seconds\` (${streams.poll_seconds})`)
  expect(guide.text).toContain(`\`streams.slice_seconds\` (${streams.slice_seconds})`)
  expect(guide.text).toContain(`${VIEWERS_PER_INSTANCE} viewers on an instance`)
})

test('an event rate asks what the table says', () => {
  const rows = [100, 10_000, 1_000_000].map((rate) => {
    const size = sizeEvents(rate)
    return [
      rate,
      size.credits,
      size.standardNamespaces,
      size.messagingUnits,
      size.accounts,
      size.instances,
      size.cores,
      size.units,
    ].map(number)
  })
  expect(guide.rows('### What an event rate asks')).toEqual(rows)
})

test('limits of an event rate are met in the order of the table', () => {
  const limits: Array<[string, number]> = [
    ['a Service Bus Standard namespace', AZURE.busCredits / GATEWAY.creditsPerEvent],
    ['a Web PubSub unit', AZURE.unitIn],
    ['an instance', ASSUMED.eventsPerInstance],
    ['one task', AZURE.partitionEntities / GATEWAY.entitiesPerEvent],
    ['a messaging unit', ASSUMED.eventsPerMessagingUnit],
    ['a storage account', AZURE.accountEntities / GATEWAY.entitiesPerEvent],
    ['Web PubSub Premium_P1', AZURE.unitIn * AZURE.p1Units],
    ['cores of a region', (AZURE.regionCores / AZURE.instanceCores) * ASSUMED.eventsPerInstance],
    ['Web PubSub Premium_P2', AZURE.unitIn * AZURE.p2Units],
    ['instances of an app', AZURE.appInstances * ASSUMED.eventsPerInstance],
  ]
  const inOrder = limits.toSorted(([, a], [, b]) => a - b)
  const rows = guide.rows('### Which limit comes first').map(([name, rate]) => [name, rate])
  expect(rows).toEqual(inOrder.map(([name, rate]) => [name, number(Math.floor(rate))]))
})

test('viewers over SSE ask what the table says', () => {
  const rows = [1000, 100_000, 10_000_000].map((viewers) => {
    const size = sizeSse(viewers, VIEWERS_PER_INSTANCE, streams.slice_seconds)
    return [viewers, size.instances, size.cores, size.apps, size.returns, size.reads, size.accounts].map(
      number,
    )
  })
  expect(guide.rows('### Over SSE')).toEqual(rows)
})

test('viewers over WebSocket ask what the table says', () => {
  const rows = [1000, 100_000, 10_000_000].map((viewers) => {
    const size = sizeSockets(viewers)
    return [
      number(viewers),
      units(size.units),
      number(size.resources),
      number(size.checks),
      number(size.accounts),
    ]
  })
  expect(guide.rows('### Over WebSocket')).toEqual(rows)
})

test('a viewer may get so many events a second before messages count more than connections', () => {
  const perViewer = AZURE.unitOut / (AZURE.unitConnections * AZURE.planned)
  expect(guide.text).toContain(`${perViewer} events a second for each viewer`)
})

test('connected agents ask what the table says', () => {
  const rows = [10_000, 100_000, 1_000_000].map((agents) => {
    const size = sizeAgents(agents)
    return [
      number(agents),
      units(size.units),
      number(size.resources),
      number(size.pings),
      number(size.unitsForPings),
      number(size.instances),
      number(size.operations),
      percent(size.ofAccount),
      number(size.pages),
    ]
  })
  expect(guide.rows('## Agents on sockets')).toEqual(rows)
})
