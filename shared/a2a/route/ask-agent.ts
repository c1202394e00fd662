import type { Said } from '../../contract/a2a/dialect.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { AgentCall, CallAgent } from '../agent-call.ts'
import type { BeginCall } from './begin-call.ts'
import type { OpenSession } from './open-session.ts'

/** Asks an agent something that has one answer. @throws A2aFailure */
export type AskAgent = (request: A2aRequest, agent: Agent, call: AgentCall) => Promise<Said>

export const createAskAgent = (options: {
  callAgent: CallAgent
  begin: Pick<BeginCall, 'elsewhere'>
  openSession: OpenSession
  proxyId: string
}): AskAgent => {
  const { callAgent, begin, openSession } = options
  const silent = (agent: Agent): Error =>
    a2aFailure('AGENT_FAILED', `The agent "${agent.id}" ended its answer without saying anything.`)

  const askHere = async (agent: Agent, call: AgentCall, signal: AbortSignal): Promise<Said> => {
    for await (const { said } of callAgent(agent, call, { signal })) return said
    throw silent(agent)
  }

  const askElsewhere = async (request: A2aRequest, agent: Agent, call: AgentCall): Promise<Said> => {
    const { found } = await openSession(request, agent, {})
    for await (const { entry } of await begin.elsewhere({ request, agent, call, found })) {
      if (entry.kind === 'result') return entry.said
    }
    throw silent(agent)
  }

  return (request, agent, call) =>
    agent.proxyId === options.proxyId
      ? askHere(agent, call, request.signal)
      : askElsewhere(request, agent, call)
}
