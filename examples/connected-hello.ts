// An agent in a few lines: it connects to the gateway by WebSocket, opens no port, and greets whoever calls it.
//
//   npm run connected-hello
import { randomUUID } from 'node:crypto'
import { connect, generateKey } from '../client/index.ts'
import { readEndpoints } from './read-endpoints.ts'

const url = process.env.GATEWAY_URL ?? readEndpoints().gateway
const gateway = await connect({ url, key: await generateKey() })
// Each item is a StreamResponse of A2A 1.0; here one message is the whole answer.
gateway.serve(async function* ({ params }) {
  const { parts = [] } = params['message'] as { parts?: Array<{ text?: string }> }
  const text = `Hello, ${parts.map((part) => part.text ?? '').join(' ')}!`
  yield { message: { messageId: randomUUID(), role: 'ROLE_AGENT', parts: [{ text }] } }
})
await gateway.register({ name: 'Hello', description: 'Greets.', capabilities: ['a2a', 'greeting'] })
console.log(`The agent Hello is connected as ${gateway.did}`)
gateway.on('closed', (reason) => console.log(`It has left: ${reason?.message ?? 'good-bye'}`))
process.once('SIGINT', () => void gateway.close())
