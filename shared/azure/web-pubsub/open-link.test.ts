import { randomUUID } from 'node:crypto'
import type { WebPubSubServiceClient } from '@azure/web-pubsub'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningWebPubSub, startWebPubSub } from '../../../local/web-pubsub/start-web-pubsub.ts'
import { until } from '../../../tests/e2e/support/until.ts'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createLog } from '../../kernel/log.ts'
import { type Link, openLink } from './open-link.ts'
import { GATEWAY_HUB, openService } from './open-service.ts'

const clock = createManualClock(Date.UTC(2026, 10, 20))
const log = createLog({ level: 'error', clock, write: () => undefined })
const roles = ['webpubsub.joinLeaveGroup', 'webpubsub.sendToGroup']

let service: RunningWebPubSub
let rest: WebPubSubServiceClient
let link: Link

beforeAll(async () => {
  service = await startWebPubSub({})
  rest = await openService({ connectionString: service.connectionString }, GATEWAY_HUB)
  const getUrl = async (): Promise<string> => (await rest.getClientAccessToken({ roles })).url
  link = openLink({ getUrl, meanwhile: 'tests go on', clock, log })
  expect(await link.probe()).toBe(true)
})
afterEach(() => service.faults.remove())
afterAll(() => service.stop())

/** A listener that resolves with the first message, and one that counts gaps. */
const listen = async (group: string) => {
  const first = Promise.withResolvers<unknown>()
  const leave = await link.listen(group, { onMessage: first.resolve, onGap: () => undefined })
  return { first: first.promise, leave }
}

test('what is sent to a group is heard by its listeners', async () => {
  const group = `task.${randomUUID()}`
  const { first, leave } = await listen(group)
  await link.send(group, { upto: 1 })
  expect(await first).toEqual({ upto: 1 })
  leave()
})

test('a join that is never answered keeps nobody waiting, and what it brings is heard', async () => {
  const group = `task.${randomUUID()}`
  service.faults.add({ operation: 'ack', target: GATEWAY_HUB, action: 'drop' })
  const listening = listen(group)
  await until('the group is joined', () => rest.groupExists(group))
  clock.advance(2000)
  const { first, leave } = await listening
  await link.send(group, { upto: 2 })
  expect(await first).toEqual({ upto: 2 })
  leave()
})
