import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { EgressResponse } from '../../kernel/egress.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'
import { readError } from '../dialect/read-error.ts'
import { AgentStatus } from './agent-trouble.ts'

/** No error needs more; what is longer is a page for people. */
const MAX_ERROR_BYTES = 64 * 1024

const credentialsRefused = ({ id, auth }: Agent, cause: AgentStatus): A2aFailure =>
  auth.type === 'passthrough'
    ? a2aFailure(
        'AGENT_FAILED',
        `The agent "${id}" refused the caller's own credentials (${cause.message}). Send such as the agent accepts.`,
        { cause },
      )
    : a2aFailure(
        'AGENT_FAILED',
        `The agent "${id}" refused the gateway's credentials (${cause.message}). Correct auth of the agent in the registry.`,
        { cause },
      )

const redirected = ({ id }: Agent, cause: AgentStatus): A2aFailure =>
  a2aFailure(
    'AGENT_FAILED',
    `The agent "${id}" sent the call elsewhere (${cause.message}); redirects are not followed. Register the address that it redirects to.`,
    { cause },
  )

const readText = async (response: EgressResponse): Promise<string> => {
  try {
    return await response.text(MAX_ERROR_BYTES)
  } catch {
    // The status says enough.
    return ''
  }
}

/** What an HTTP answer of another status than 2xx means. */
export const readRefusal = async (
  { agent, dialect }: { agent: Agent; dialect: Dialect },
  response: EgressResponse,
): Promise<A2aFailure> => {
  const cause = new AgentStatus(response.status)
  if (response.status === 401 || response.status === 403) return credentialsRefused(agent, cause)
  if (response.status >= 300 && response.status < 400) return redirected(agent, cause)
  return new A2aFailure(readError(dialect, response.status, await readText(response)), { cause })
}
