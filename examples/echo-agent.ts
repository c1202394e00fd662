// An A2A 1.0 agent that says again what it is told, word by word. It is made with the official SDK alone and knows
// nothing of the gateway.
//
//   npm run echo-agent -- [--port 41241] [--delay 100]
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { AgentCard, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk'
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  type AgentExecutionEvent,
  type AgentExecutor,
} from '@a2a-js/sdk/server'
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express'
import express from 'express'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '41241' }, delay: { type: 'string', default: '100' } },
})
const url = `http://localhost:${values.port}`

const card = AgentCard.fromJSON({
  name: 'Echo',
  description: 'Says again what it is told, word by word.',
  version: '1.0.0',
  supportedInterfaces: [{ url: `${url}/rpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: true, pushNotifications: true },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'echo', name: 'Echo', description: 'Says it again.', tags: ['text'] }],
})

const cancelled = new Set<string>()

const status = (taskId: string, contextId: string, state: string): AgentExecutionEvent => {
  const now = { state, timestamp: new Date().toISOString() }
  return AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON({ taskId, contextId, status: now }))
}

const executor: AgentExecutor = {
  execute: async ({ taskId, contextId, userMessage, task }, bus) => {
    const text = userMessage.parts
      .map(({ content }) => (content?.$case === 'text' ? content.value : ''))
      .join(' ')
    const submitted = Task.fromJSON({ id: taskId, contextId, status: { state: 'TASK_STATE_SUBMITTED' } })
    if (task === undefined) bus.publish(AgentEvent.task({ ...submitted, history: [userMessage] }))
    bus.publish(status(taskId, contextId, 'TASK_STATE_WORKING'))
    const artifactId = randomUUID()
    const words = text.split(/(?<=\s)/)
    for (const [index, word] of words.entries()) {
      await new Promise((resolve) => setTimeout(resolve, Number(values.delay)))
      if (cancelled.delete(taskId)) return
      const artifact = { artifactId, name: 'echo', parts: [{ text: word }] }
      const place = { append: index > 0, lastChunk: index === words.length - 1 }
      const update = TaskArtifactUpdateEvent.fromJSON({ taskId, contextId, artifact, ...place })
      bus.publish(AgentEvent.artifactUpdate(update))
    }
    bus.publish(status(taskId, contextId, 'TASK_STATE_COMPLETED'))
    bus.finished()
  },
  cancelTask: async (taskId, bus) => {
    cancelled.add(taskId)
    bus.publish(status(taskId, '', 'TASK_STATE_CANCELED'))
    bus.finished()
  },
}

const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor)
const app = express()
app.get('/health', (_request, response) => void response.json({ status: 'ok' }))
app.use('/.well-known/agent-card.json', agentCardHandler({ agentCardProvider: requestHandler }))
app.use('/rpc', jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }))
app.listen(Number(values.port), 'localhost', () => console.log(`The agent Echo listens at ${url}.`))
