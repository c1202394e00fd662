import type { EgressResponse, SendHttp } from '../../kernel/egress.ts'
import type { Agent } from '../../registry/agent.ts'
import type { Authorize, Proof } from './authorize.ts'

/** A request to an agent, without what proves the gateway to it. */
export type AgentRequest = {
  method: string
  url: URL
  headers: Readonly<Record<string, string>>
  body?: string
}

/**
 * Sends a request to an agent, with its credentials. @throws A2aFailure when there are none, EgressError.
 */
export type SendToAgent = (
  agent: Agent,
  request: AgentRequest,
  options: { signal: AbortSignal; timeoutMs: number; credentials?: string | undefined },
) => Promise<EgressResponse>

const proved = ({ url }: AgentRequest, { query }: Proof): URL => {
  if (query === undefined) return url
  const withKey = new URL(url)
  withKey.searchParams.set(...query)
  return withKey
}

export const createSendToAgent =
  (options: { sendHttp: SendHttp; authorize: Authorize }): SendToAgent =>
  async (agent, request, { signal, timeoutMs, credentials }) => {
    const send = (proof: Proof): Promise<EgressResponse> =>
      options.sendHttp({
        ...request,
        url: proved(request, proof),
        headers: { ...request.headers, ...proof.headers },
        signal,
        headTimeoutMs: timeoutMs,
        target: agent.origin === 'file' ? 'trusted' : 'checked',
      })
    const proof = await options.authorize(agent, { credentials })
    const response = await send(proof)
    if (response.status !== 401 || proof.renewable === undefined) return response
    // Refused means not done: it may be sent again with a new token, once.
    return send(await options.authorize(agent, { credentials, refused: proof.renewable }))
  }
