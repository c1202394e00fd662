import { randomUUID } from 'node:crypto'
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { post, rpc, sendParams } from '../a2a/support/post.ts'
import { operator } from '../access/callers.ts'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { eventMessage } from '../support/publish.ts'
import { openSse, readFrames } from '../support/sse.ts'
import { until } from '../support/until.ts'
import { streamUrl } from '../support/watch-task.ts'
import { credential } from './support/credential.ts'
import { settingsOf } from './support/settings-of.ts'
import { AGENT_AUDIENCE, APP_OBJECT_ID, CLIENT_ID, type IdentityCloud } from './support/use-identity-cloud.ts'

const KEY_OF_A_SERVICE = /AccountKey|AccessKey|SharedAccess|DefaultEndpointsProtocol|Endpoint=|sig=/i

const Letters = z.looseObject({
  items: z.array(z.looseObject({ key: z.string(), source: z.string(), reason: z.string() })),
})
const Claims = z.looseObject({ aud: z.string(), oid: z.string() })

/** What a JWT says. */
const claimsOf = (token: string): z.infer<typeof Claims> =>
  Claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()))

/** Publishes as a program does that has an identity, and no key. */
const publish = async (cloud: IdentityCloud, messages: ServiceBusMessage[]): Promise<void> => {
  const namespace = `localhost:${cloud.serviceBus.port}`
  const client = new ServiceBusClient(namespace, credential(cloud.entra), { retryOptions: { maxRetries: 0 } })
  onTestFinished(() => client.close())
  const sender = client.createSender('agent-events')
  for (const message of messages) await sender.sendMessages(message)
}

/** What the gateway does with services that know it by its identity alone. */
export const testUses = (cloud: () => IdentityCloud): void => {
  test('it has no key of a service, and reaches all of them by tokens of the identity that it is told', async () => {
    const { a, entra } = cloud()
    const env = settingsOf(a, cloud(), entra)
    expect(Object.values(env).filter((value) => KEY_OF_A_SERVICE.test(value))).toEqual([])
    const health = await fetch(`${a.url}/health`)
    expect(await health.json()).toMatchObject({
      status: 'healthy',
      connections: { asb: 'connected', storage: 'connected', web_pubsub: 'connected' },
    })
    expect(new Set(entra.asked.map(({ resource }) => resource))).toEqual(
      new Set(['https://storage.azure.com', 'https://servicebus.azure.net/', 'https://webpubsub.azure.com']),
    )
    expect(new Set(entra.asked.map(({ clientId }) => clientId))).toEqual(new Set([CLIENT_ID]))
  })

  test('events of an agent reach a viewer by SSE and a WebSocket', async () => {
    const task = randomUUID()
    const { url } = await negotiate(cloud().a, task, operator)
    expect(url).toMatch(/^wss:/)
    const { bells } = await hearBells(url)
    const viewer = await openSse(streamUrl(cloud().a, task), operator)
    await publish(cloud(), [
      eventMessage(task, { payload: { text: 'by identity' } }),
      eventMessage(task, { type: 'final_payload', index: 1, payload: { done: true } }),
    ])
    const seen = (await readFrames(viewer)).filter(({ data }) => data !== undefined)
    expect(seen.map(({ data = '' }) => (JSON.parse(data) as { payload: unknown }).payload)).toEqual([
      { text: 'by identity' },
      { done: true },
    ])
    await until('both events are heard', () => JSON.stringify(bells).includes('"done":true'))
  })

  test('a role that is felt late costs no delivery: the message waits for it', async () => {
    const task = randomUUID()
    const { storage, serviceBus } = cloud()
    serviceBus.meter.reset()
    storage.a.faults.add({ operation: 'table', target: 'streams', action: 'refuse', count: 3 })
    await publish(cloud(), [eventMessage(task, { type: 'final_payload', payload: { done: true } })])
    await until('the role is felt', () => storage.a.faults.list().length === 0)
    const final = await fetch(`${cloud().a.url}/final/${task}`, { headers: operator })
    expect(final.status).toBe(200)
    expect(serviceBus.meter.read().operations).not.toHaveProperty('abandon')
  })

  test('what is no event, and what Service Bus dead-letters, is put aside with its body', async () => {
    const task = randomUUID()
    const withoutSession = { body: eventMessage(task, {}).body }
    await publish(cloud(), [{ sessionId: task, body: Buffer.from('{"task_id":') }, withoutSession])
    const letters = await until('both letters', async () => {
      const response = await fetch(`${cloud().a.url}/v1/admin/dead-letters?limit=100`, { headers: operator })
      const { items } = Letters.parse(await response.json())
      return items.length >= 2 && items
    })
    expect(letters.map(({ source }) => source).toSorted()).toEqual(['ingest', 'service-bus'])
    const corrupt = letters.find(({ source }) => source === 'ingest')
    const path = `/v1/admin/dead-letters/${encodeURIComponent(corrupt?.key ?? '')}`
    const shown = await fetch(`${cloud().a.url}${path}`, { headers: operator })
    expect(await shown.text()).toContain('task_id')
  })

  test.each(['here', 'elsewhere'])('an agent %s is called with a token of the gateway', async (id) => {
    const { a, agent } = cloud()
    const request = rpc('SendMessage', sendParams('message-only', randomUUID()))
    const { body } = await post(`${a.url}/agents/${id}`, request, operator)
    expect(body).toMatchObject({ result: { message: {} } })
    const call = agent.requests.findLast(({ method }) => method === 'POST')
    expect(claimsOf(call?.headers.authorization ?? '')).toMatchObject({
      aud: AGENT_AUDIENCE,
      oid: APP_OBJECT_ID,
    })
  })
}
