import type { Operation } from '../../contract/a2a/operation.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentRegistry } from '../../registry/agent-registry.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { A2aAnswer, A2aRequest, RouteA2a } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import type { AskAgent } from './ask-agent.ts'
import { createListTasks } from './list-tasks.ts'
import type { LimitCalls } from './limit-calls.ts'
import { ownTask } from './own-task.ts'
import { readTaskId } from './read-params.ts'
import type { SendMessage } from './send-message.ts'
import type { SubscribeTask } from './subscribe-task.ts'
import { toCall } from './to-call.ts'

export type RouteA2aOptions = {
  registry: Pick<AgentRegistry, 'getAgent'>
  limits: LimitCalls
  aliases: TaskAliases
  sendMessage: SendMessage
  subscribeTask: SubscribeTask
  askAgent: AskAgent
  /** Takes note of a task that an agent has answered: its log may not know yet. */
  observe(stream: string, taskText: string): Promise<void>
  /** The operations of push configs. */
  pushConfigs: (request: A2aRequest, agent: Agent, call: AgentCall) => Promise<A2aAnswer>
  proxyId: string
  maxHops: number
}

/** Takes requests of A2A clients to their agents: here or elsewhere, to tasks of their own only. */
export const createRouteA2a = (options: RouteA2aOptions): RouteA2a => {
  const { registry, aliases, askAgent } = options

  const aboutTask = async (request: A2aRequest, agent: Agent, call: AgentCall): Promise<A2aAnswer> => {
    const { agentId, subject, params } = request
    const stream = await ownTask(aliases, { agentId, subject, taskId: readTaskId(params, false) })
    const said = await askAgent(request, agent, call)
    await options.observe(stream, said.text)
    return { kind: 'one', said }
  }

  const ask = async (request: A2aRequest, agent: Agent, call: AgentCall): Promise<A2aAnswer> => ({
    kind: 'one',
    said: await askAgent(request, agent, call),
  })

  const routes: Record<
    Operation,
    (request: A2aRequest, agent: Agent, call: AgentCall) => Promise<A2aAnswer>
  > = {
    send: options.sendMessage,
    stream: options.sendMessage,
    subscribe: options.subscribeTask,
    get: aboutTask,
    cancel: aboutTask,
    list: createListTasks({ askAgent, aliases }),
    'push-create': options.pushConfigs,
    'push-get': options.pushConfigs,
    'push-list': options.pushConfigs,
    'push-delete': options.pushConfigs,
    'extended-card': ask,
    card: ask,
  }

  return async (request) => {
    const agent = await registry.getAgent(request.agentId)
    if (agent === undefined) {
      throw a2aFailure(
        'AGENT_NOT_FOUND',
        `There is no agent "${request.agentId}". GET /agents lists those that this gateway knows.`,
      )
    }
    options.limits.admit(request, agent.proxyId !== options.proxyId)
    return routes[request.operation](request, agent, toCall(request, options.maxHops))
  }
}
