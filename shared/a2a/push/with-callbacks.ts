import { shapeOf } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { AgentCall, CallAgent } from '../agent-call.ts'
import type { Callbacks } from './callbacks.ts'
import { placeCreate, placeInline } from './inline-config.ts'

const noAddress = (agentId: string): Error =>
  a2aFailure(
    'PUSH_NOTIFICATION_NOT_SUPPORTED',
    `The deployment that hosts the agent "${agentId}" does not know the address at which the agent could call it back. Set PUBLIC_URL there, or stream the task.`,
  )

/** Gives agents the gateway's own callback in the place of every placeholder; around the function that calls them. */
export const withCallbacks = (callAgent: CallAgent, callbacks: Pick<Callbacks, 'configFor'>): CallAgent => {
  const prepare = (call: AgentCall): AgentCall => {
    const { operation, agentId, params, dialect } = call
    const callbackFor = (task: { askingProxyId: string; stream: string }) =>
      callbacks.configFor({ agentId, ...task })
    if (operation === 'send' || operation === 'stream')
      return { ...call, params: placeInline(params, shapeOf(dialect), callbackFor) }
    if (operation !== 'push-create') return call
    const placed = placeCreate(params, callbackFor)
    if (placed === undefined) throw noAddress(agentId)
    return { ...call, params: placed }
  }

  return async function* (agent, call, options) {
    yield* callAgent(agent, prepare(call), options)
  }
}
