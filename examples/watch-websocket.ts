// Watches a task over WebSocket and misses nothing: join first (the address joins by itself), then read what is
// stored, then apply what was heard meanwhile. A bell that was lost, or that carries no events, makes it read again.
//
//   npm run watch-websocket -- --task poem-1
import { parseArgs } from 'node:util'
import { WebPubSubClient, WebPubSubJsonReliableProtocol } from '@azure/web-pubsub-client'
import { readEndpoints } from './read-endpoints.ts'

type Event = { event_type: string; [member: string]: unknown }
type Bell = { from: number; events: Event[] } | { upto: number }
type Page = { state: string; events: Event[]; next: number }

const { values } = parseArgs({ options: { task: { type: 'string', default: 'poem-1' } } })
const gateway = process.env.GATEWAY_URL ?? readEndpoints().gateway
const headers = { accept: 'application/json', ...authorization() }
const stream = `${gateway}/stream/${encodeURIComponent(values.task)}`

let next = 0
let reading: Promise<void> | undefined
const heard: Bell[] = []

/** With a deployed gateway: an API key. On a laptop none is needed. */
function authorization(): Record<string, string> {
  return process.env.GATEWAY_API_KEY === undefined
    ? {}
    : { authorization: `Bearer ${process.env.GATEWAY_API_KEY}` }
}

const fetchJson = async <Body>(url: string): Promise<Body> => {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Body
}

const show = (event: Event): void => {
  console.log(JSON.stringify(event))
  if (event.event_type !== 'final_payload' && event.event_type !== 'error') return
  client.stop()
  process.exit(0)
}

const take = (events: readonly Event[], from: number): void => {
  for (const event of events.slice(Math.max(0, next - from))) {
    next++
    show(event)
  }
}

const readStored = async (): Promise<void> => {
  for (;;) {
    const page = await fetchJson<Page>(`${stream}?from=${next}`)
    take(page.events, next)
    if (page.events.length === 0) break
  }
}

/** Applies what was heard, in order; where something is missing, the stored events are read first. */
const apply = async (): Promise<void> => {
  for (let bell = heard.shift(); bell !== undefined; bell = heard.shift()) {
    const missing = 'upto' in bell ? bell.upto > next : bell.from > next
    if (missing) await readStored()
    if ('events' in bell) take(bell.events, bell.from)
  }
}

const wake = (): void => {
  reading = (reading ?? Promise.resolve()).then(apply)
}

const client = new WebPubSubClient(
  { getClientAccessUrl: async () => (await fetchJson<{ url: string }>(`${stream}/negotiate`)).url },
  { protocol: WebPubSubJsonReliableProtocol() },
)
client.on('group-message', ({ message }) => {
  heard.push(message.data as Bell)
  wake()
})
client.on('connected', () => {
  reading = (reading ?? Promise.resolve()).then(readStored).then(apply)
})
await client.start()
