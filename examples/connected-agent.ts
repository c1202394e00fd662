// An A2A 1.0 agent made with the official SDK that opens no port: it connects to the gateway by WebSocket, and every A2A
// client can call it there. Between the SDK and the gateway stand the few lines of `answer`.
//
//   npm run connected-agent -- [--key FILE] [--delay 100]
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { AgentCard, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk'
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
  type AgentExecutionEvent,
  type AgentExecutor,
} from '@a2a-js/sdk/server'
import { connect, didOf, type Call } from '../client/index.ts'
import { readEndpoints } from './read-endpoints.ts'

const { values } = parseArgs({
  options: { key: { type: 'string' }, delay: { type: 'string', default: '100' } },
})

/** With a file the agent is the same after each start. */
const readKey = (path: string | undefined): Uint8Array => {
  if (path === undefined) return new Uint8Array(randomBytes(32))
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 })
  return new Uint8Array(readFileSync(path))
}

const key = readKey(values.key)
const did = await didOf(key)
const card = AgentCard.fromJSON({
  name: 'Echo by socket',
  description: 'Says again what it is told, word by word.',
  version: '1.0.0',
  supportedInterfaces: [{ url: did, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: true },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'echo', name: 'Echo', description: 'Says it again.', tags: ['text'] }],
})

const status = (taskId: string, contextId: string, state: string): AgentExecutionEvent => {
  const now = { state, timestamp: new Date().toISOString() }
  return AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON({ taskId, contextId, status: now }))
}

const executor: AgentExecutor = {
  execute: async ({ taskId, contextId, userMessage }, bus) => {
    const text = userMessage.parts
      .map(({ content }) => (content?.$case === 'text' ? content.value : ''))
      .join(' ')
    const submitted = Task.fromJSON({ id: taskId, contextId, status: { state: 'TASK_STATE_SUBMITTED' } })
    bus.publish(AgentEvent.task({ ...submitted, history: [userMessage] }))
    const artifactId = randomUUID()
    const words = text.split(/(?<=\s)/)
    for (const [index, word] of words.entries()) {
      await new Promise((resolve) => setTimeout(resolve, Number(values.delay)))
      const artifact = { artifactId, name: 'echo', parts: [{ text: word }] }
      const place = { append: index > 0, lastChunk: index === words.length - 1 }
      const update = TaskArtifactUpdateEvent.fromJSON({ taskId, contextId, artifact, ...place })
      bus.publish(AgentEvent.artifactUpdate(update))
    }
    bus.publish(status(taskId, contextId, 'TASK_STATE_COMPLETED'))
    bus.finished()
  },
  cancelTask: async (taskId, bus) => {
    bus.publish(status(taskId, '', 'TASK_STATE_CANCELED'))
    bus.finished()
  },
}

type Response = { result: unknown } | { error: { code: number; message: string; data?: unknown } }

const transport = new JsonRpcTransportHandler(
  new DefaultRequestHandler(card, new InMemoryTaskStore(), executor),
)

/** What the SDK says in JSON-RPC, without its envelope; an error is thrown, and told to the caller by its code. */
const unwrap = (response: Response): unknown => {
  if ('result' in response) return response.result
  throw Object.assign(new Error(response.error.message), response.error)
}

async function* unwrapAll(responses: AsyncIterable<Response>): AsyncGenerator<unknown, void, undefined> {
  try {
    for await (const response of responses) if ('result' in response) yield response.result
  } catch (error) {
    throw JsonRpcTransportHandler.mapToJSONRPCError(error)
  }
}

const answer = async ({ method, params, headers }: Call): Promise<unknown> => {
  const context = new ServerCallContext({ requestedVersion: headers['a2a-version'] ?? '1.0' })
  const said = await transport.handle({ jsonrpc: '2.0', id: 1, method, params }, context)
  return Symbol.asyncIterator in said ? unwrapAll(said as AsyncIterable<Response>) : unwrap(said as Response)
}

const url = process.env.GATEWAY_URL ?? readEndpoints().gateway
const gateway = await connect({ url, key })
gateway.serve(answer)
await gateway.register({
  capabilities: ['a2a', 'echo'],
  name: card.name,
  card: JSON.parse(JSON.stringify(AgentCard.toJSON(card))),
})
console.log(`The agent ${card.name} is connected as ${did}`)
gateway.on('disconnected', ({ reason }) => console.log(`The connection is lost. ${reason}`))
gateway.on('registered', () => console.log('It is connected again.'))
gateway.on('closed', (reason) => console.log(`It has left: ${reason?.message ?? 'good-bye'}`))
process.once('SIGINT', () => void gateway.close())
