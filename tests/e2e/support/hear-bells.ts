import { WebPubSubClient, WebPubSubJsonReliableProtocol } from '@azure/web-pubsub-client'
import { expect, onTestFinished } from 'vitest'
import * as z from 'zod'
import type { TestCloud } from './start-test-cloud.ts'
import { streamUrl } from './watch-task.ts'

const Negotiated = z.strictObject({
  url: z.url(),
  protocol: z.literal('json.reliable.webpubsub.azure.v1'),
  group: z.string(),
  ticket: z.string(),
  expires_at: z.iso.datetime(),
})
export type Negotiated = z.infer<typeof Negotiated>

/** What the gateway gives a viewer that wants to listen to a task over WebSocket. */
export const negotiate = async (
  cloud: Pick<TestCloud, 'url'>,
  task: string,
  headers: Record<string, string> = {},
): Promise<Negotiated> => {
  const response = await fetch(`${streamUrl(cloud, task)}/negotiate`, { headers })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return Negotiated.parse(await response.json())
}

/** A plain client at a negotiated address until the test is over, with the bells it heard. */
export const hearBells = async (url: string): Promise<{ client: WebPubSubClient; bells: unknown[] }> => {
  const client = new WebPubSubClient(url, {
    protocol: WebPubSubJsonReliableProtocol(),
    messageRetryOptions: { maxRetries: 0 },
  })
  const bells: unknown[] = []
  client.on('group-message', ({ message }) => bells.push(message.data))
  const connected = new Promise<void>((resolve) => client.on('connected', () => resolve()))
  await client.start()
  await connected
  onTestFinished(() => client.stop())
  return { client, bells }
}
