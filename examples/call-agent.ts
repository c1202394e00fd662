// Calls an agent through the gateway with the client of the official SDK, and shows the answer as it comes.
//
//   npm run call-agent -- echo "Tyger Tyger, burning bright"
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { SendMessageRequest, type Part, type StreamResponse } from '@a2a-js/sdk'
import { ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { readEndpoints } from './read-endpoints.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const [agent, ...words] = positionals
if (agent === undefined || words.length === 0) {
  console.error('Say whom to call, and what to say: npm run call-agent -- AGENT "TEXT"')
  process.exit(1)
}

const gateway = process.env.GATEWAY_URL ?? readEndpoints().gateway

/** With a deployed gateway: an API key. On a laptop none is needed. */
const fetchImpl: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  if (process.env.GATEWAY_API_KEY !== undefined)
    headers.set('authorization', `Bearer ${process.env.GATEWAY_API_KEY}`)
  return fetch(input, { ...init, headers })
}

const factory = new ClientFactory({
  transports: [new JsonRpcTransportFactory({ fetchImpl })],
  cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
})
// The slash at the end matters: the SDK finds the card of the agent below this address.
const client = await factory.createFromUrl(`${gateway}/agents/${encodeURIComponent(agent)}/`)

const textOf = (parts: readonly Part[]): string =>
  parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('')

const show = ({ payload }: StreamResponse): void => {
  if (payload?.$case === 'task') console.log(`task ${payload.value.id}`)
  if (payload?.$case === 'message') console.log(textOf(payload.value.parts))
  if (payload?.$case === 'artifactUpdate') process.stdout.write(textOf(payload.value.artifact?.parts ?? []))
  if (payload?.$case === 'statusUpdate') {
    const { status } = payload.value
    const said = textOf(status?.message?.parts ?? [])
    process.stdout.write(said === '' ? '' : `\n${said}\n`)
  }
}

const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: words.join(' ') }] }
for await (const event of client.sendMessageStream(SendMessageRequest.fromJSON({ message }))) show(event)
console.log()
