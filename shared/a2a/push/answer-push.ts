import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Agent } from '../../registry/agent.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { A2aAnswer, A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import { translateParams } from '../dialect/translate.ts'
import type { AskAgent } from '../route/ask-agent.ts'
import { ownTask } from '../route/own-task.ts'
import { readTaskId } from '../route/read-params.ts'
import { createParams } from './inline-config.ts'
import type { ClientTask, PushConfigs } from './push-configs.ts'

/** Answers the operations of push configs. @throws A2aFailure */
export const createAnswerPush = (options: {
  pushConfigs: PushConfigs
  aliases: Pick<TaskAliases, 'get'>
  askAgent: AskAgent
  proxyId: string
}): ((request: A2aRequest, agent: Agent, call: AgentCall) => Promise<A2aAnswer>) => {
  const { pushConfigs, aliases, askAgent, proxyId } = options

  /** A call that has the agent call the gateway back; it hears nothing of the client's config. */
  const toTell = (call: AgentCall, { taskId, stream }: ClientTask): AgentCall => ({
    ...call,
    operation: 'push-create',
    dialect: { version: '1.0', binding: 'jsonrpc' },
    params: createParams(taskId, { askingProxyId: proxyId, stream }),
  })

  return async (request, agent, call) => {
    const { agentId, subject: owner, operation, dialect } = request
    const params = translateParams(operation, call.params, shapeOf(dialect), '1.0')
    const taskId = readTaskId(params, true)
    const stream = await ownTask(aliases, { agentId, subject: owner, taskId })
    const task: ClientTask = { agentId, taskId, stream, owner }
    const answers: Partial<Record<typeof operation, () => ReturnType<PushConfigs['list']>>> = {
      'push-create': () =>
        pushConfigs.create(task, {
          params,
          version: dialect.version,
          tellAgent: async () => void (await askAgent(request, agent, toTell(call, task))),
        }),
      'push-get': () => pushConfigs.get(task, params),
      'push-list': () => pushConfigs.list(task),
      'push-delete': () => pushConfigs.delete(task, params),
    }
    const answer = answers[operation]
    if (answer === undefined)
      throw a2aFailure('METHOD_NOT_FOUND', `"${operation}" is no operation of push configs.`)
    return { kind: 'one', said: await answer() }
  }
}
