// An agent that speaks the signaling protocol itself: a WebSocket, Ed25519 of node:crypto, and nothing of the gateway.
// It registers and answers every OFFER. With --call it finds another agent by its name, sends it an OFFER, and leaves
// when the ANSWER is there.
//
//   npm run signaling-agent -- --name alice
//   npm run signaling-agent -- --name bob --call alice
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { readEndpoints } from './read-endpoints.ts'

type Negotiation = { url: string; protocol: string; gateway_did: string; nonce: string }
type Frame = { id: string; type: string; from: string; payload: Record<string, unknown> }

const PING_EVERY_MS = 60_000

const { values } = parseArgs({
  options: { name: { type: 'string', default: 'alice' }, call: { type: 'string' } },
})
const gateway = process.env.GATEWAY_URL ?? readEndpoints().gateway

/** With a deployed gateway: an API key, for the list of agents. On a laptop none is needed. */
const authorization: Record<string, string> =
  process.env.GATEWAY_API_KEY === undefined ? {} : { authorization: `Bearer ${process.env.GATEWAY_API_KEY}` }
const headers = { 'content-type': 'application/json', ...authorization }

const fetchJson = async <Body>(path: string, init: RequestInit = {}): Promise<Body> => {
  const response = await fetch(`${gateway}${path}`, { headers, ...init })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Body
}

const base58 = (bytes: Uint8Array): string => {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let text = ''
  for (let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`); rest > 0n; rest /= 58n)
    text = alphabet.charAt(Number(rest % 58n)) + text
  return text
}

/** RFC 8785: members sorted by their names, no spaces. */
const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

// A new identity each time; a real agent keeps its key. The last 32 bytes of the DER are the key itself.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
const did = `did:key:z${base58(Buffer.from([0xed, 0x01, ...rawKey]))}`

// Where to connect. A nonce, so that nobody who overhears the REGISTER can use it again.
const { url, protocol, gateway_did, nonce } = await fetchJson<Negotiation>('/ws/negotiate', {
  method: 'POST',
  body: JSON.stringify({ nonce: true }),
})
const socket = new WebSocket(url, protocol)

/** Signs a frame and sends it. `correlation_id`: the id of the frame that it answers. */
const say = (what: { type: string; to: string; payload: object; correlation_id?: string }): void => {
  const timestamp = new Date().toISOString()
  const frame = { id: randomUUID(), correlation_id: null, timestamp, from: did, version: '1.0', ...what }
  const signature = sign(null, Buffer.from(canonicalJson(frame)), privateKey).toString('base64')
  socket.send(JSON.stringify({ ...frame, signature }))
}

const findAgent = async (name: string): Promise<string> => {
  const { agents } = await fetchJson<{ agents: Array<{ did: string; name: string }> }>('/agents?reach=socket')
  const found = agents.find((agent) => agent.name === name)
  if (found === undefined) throw new Error(`No agent with the name ${name} is connected.`)
  return found.did
}

const payload = { sdp: `the session description of ${values.name}` }

const take = async ({ id, type, from, payload: said }: Frame): Promise<void> => {
  if (type !== 'PONG') console.log(`${type} from ${from} ${JSON.stringify(said)}`)
  if (type === 'REGISTERED' && values.call !== undefined)
    say({ type: 'OFFER', to: await findAgent(values.call), payload })
  if (type === 'OFFER') say({ type: 'ANSWER', to: from, payload, correlation_id: id })
  if (type === 'ANSWER' || type === 'ERROR') say({ type: 'UNREGISTER', to: gateway_did, payload: {} })
}

socket.on('open', () => {
  say({ type: 'REGISTER', to: gateway_did, payload: { public_key: did, name: values.name, nonce } })
})
socket.on('message', (data) => void take(JSON.parse(String(data)) as Frame))
socket.on('close', (code, reason) => {
  console.log(`The connection is closed: ${code} ${String(reason)}`)
  process.exit()
})
// Who says nothing for five minutes is let go.
setInterval(() => say({ type: 'PING', to: gateway_did, payload: {} }), PING_EVERY_MS)
