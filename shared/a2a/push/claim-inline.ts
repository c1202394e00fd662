import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import { readInline, takeInline } from './inline-config.ts'
import type { PushConfigs } from './push-configs.ts'

/**
 * Claims the push config of a send for the gateway, in two steps: the config is checked before anything is done, and
 * kept as soon as the log of the task is known, before the agent is called.
 * @returns what keeps the config and answers the call that is to be made
 * @throws A2aFailure INVALID_PARAMS
 */
export type ClaimInline = (
  request: Pick<A2aRequest, 'subject' | 'dialect'>,
  call: AgentCall,
) => (stream: string) => Promise<AgentCall>

export const createClaimInline =
  (options: { pushConfigs: Pick<PushConfigs, 'check' | 'keep'>; proxyId: string }): ClaimInline =>
  ({ subject: owner, dialect }, call) => {
    const { pushConfigs, proxyId: askingProxyId } = options
    const config = readInline(call.params)
    if (config === undefined) return async () => call
    pushConfigs.check(config)
    return async (stream) => {
      await pushConfigs.keep({ agentId: call.agentId, stream, owner }, { config, version: dialect.version })
      return { ...call, params: takeInline(call.params, shapeOf(call.dialect), { askingProxyId, stream }) }
    }
  }
