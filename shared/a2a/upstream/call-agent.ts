import { type Said, shapeOf } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentCall, AgentItem, CallAgent } from '../agent-call.ts'
import { toSaid } from '../dialect/said.ts'
import { readSendParams } from '../route/read-params.ts'
import { translateParams } from '../dialect/translate.ts'
import { withTenant } from './adapt-params.ts'
import { invalidAnswer } from './agent-trouble.ts'
import type { Ask } from './build-request.ts'
import type { CardSource } from './card-source.ts'
import { refuseList } from './refuse-list.ts'
import type { Converse, Target } from './converse.ts'
import type { Endpoint, FindEndpoint } from './find-endpoint.ts'

/** The operations that tell of a task in events. */
const TELLING: ReadonlySet<Operation> = new Set(['send', 'stream', 'subscribe'])

/** The operations whose answer is the task that was asked for. */
const OF_TASK: ReadonlySet<Operation> = new Set(['get', 'cancel'])

const toAsk = (call: AgentCall, { dialect, tenant }: Endpoint): Ask => {
  const params = translateParams(call.operation, call.params, shapeOf(call.dialect), shapeOf(dialect))
  const { operation, id, headers, credentials } = call
  return { operation, params: withTenant(params, tenant), id, headers, credentials }
}

const member = (text: string, name: string): unknown => JSON.parse(jsonMembers(text).get(name) ?? 'null')

const askedTask = ({ operation, params }: Ask): string | undefined => {
  if (operation !== 'subscribe' && !OF_TASK.has(operation)) return undefined
  const id = member(params, 'id')
  return typeof id === 'string' ? id : undefined
}

/** Calls agents over HTTP (see CallAgent). */
export const createCallAgent = (options: {
  cards: CardSource
  findEndpoint: FindEndpoint
  converse: Converse
  /** Seconds that a blocking send may take, where it cannot be made as a stream. */
  sendWaitSeconds: number
}): CallAgent => {
  const { cards, findEndpoint, converse } = options

  const askResult = async ({ agent, endpoint }: Target, ask: Ask, signal: AbortSignal): Promise<Said> => {
    const isOldList = ask.operation === 'list' && endpoint.dialect.version === '0.3'
    const asked = converse.ask({ agent, endpoint }, ask, signal)
    const { text, extensions } = await (isOldList
      ? asked.catch((error) => Promise.reject(refuseList(agent, error)))
      : asked)
    const said = { ...toSaid(ask.operation, text, shapeOf(endpoint.dialect)), extensions }
    if (OF_TASK.has(ask.operation) && member(said.text, 'id') !== askedTask(ask))
      throw invalidAnswer(agent, 'it is another task than the one that was asked for.')
    return said
  }

  return async function* (agent: Agent, call, { signal }): AsyncGenerator<AgentItem, void, undefined> {
    if (call.operation === 'card') {
      const { text } = await cards.get(agent)
      yield { kind: 'result', said: { text } }
      return
    }
    const found = await findEndpoint(agent, call)
    const goesOn =
      call.operation === 'send' && readSendParams(call.params, shapeOf(call.dialect)).taskId !== undefined
    // A send that goes on with a task is no stream: its first event may be no task, which the official server refuses.
    const endpoint = goesOn ? { ...found, streaming: false } : found
    const target = { agent, endpoint }
    const patient = { timeoutSeconds: Math.max(agent.timeoutSeconds, options.sendWaitSeconds) }
    const ask: Ask = { ...toAsk(call, endpoint), ...(goesOn && found.streaming ? patient : {}) }
    if (!TELLING.has(ask.operation)) {
      yield { kind: 'result', said: await askResult(target, ask, signal) }
      return
    }
    const told = converse.tell(target, ask, { taskId: askedTask(ask), signal })
    for await (const said of told) yield { kind: 'event', said }
  }
}
