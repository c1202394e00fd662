import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Agent } from '../../registry/agent.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import type { A2aAnswer, A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import { translateParams } from '../dialect/translate.ts'
import type { AskAgent } from './ask-agent.ts'
import { filterTasks } from './filter-tasks.ts'

/** Pages of other people's tasks that are passed over in one go. */
const MAX_FOREIGN_PAGES = 20

const onPage = (call: AgentCall, pageToken: string): AgentCall => {
  const shape = shapeOf(call.dialect)
  const common: object = JSON.parse(translateParams('list', call.params, shape, '1.0'))
  return {
    ...call,
    params: translateParams('list', JSON.stringify({ ...common, pageToken }), '1.0', shape),
  }
}

/** Lists the tasks of the caller, among all that the agent has. */
export const createListTasks =
  (options: { askAgent: AskAgent; aliases: Pick<TaskAliases, 'get'> }) =>
  async (request: A2aRequest, agent: Agent, call: AgentCall): Promise<A2aAnswer> => {
    const { askAgent, aliases } = options
    const { agentId, subject } = request
    let asked = call
    for (let page = 0; ; page++) {
      const listed = await askAgent(request, agent, asked)
      const { said, isEmpty, nextPageToken } = await filterTasks(listed, { aliases, agentId, subject })
      if (!isEmpty || page >= MAX_FOREIGN_PAGES) return { kind: 'one', said }
      asked = onPage(asked, nextPageToken)
    }
  }
