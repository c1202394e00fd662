import type { Agent } from '../../registry/agent.ts'
import { openAuth } from '../../registry/seal-auth.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { GetOauth2Token } from './oauth2-token.ts'

/** What a request needs so that the agent lets it in. */
export type Proof = {
  headers: Readonly<Record<string, string>>
  query?: readonly [name: string, value: string]
  /** A token that can be replaced when the agent refuses it. */
  renewable?: string
}

export type Authorize = (
  agent: Agent,
  options: { credentials?: string | undefined; refused?: string | undefined },
) => Promise<Proof>

const bearer = (token: string): Proof => ({ headers: { authorization: `Bearer ${token}` } })

/** Proves the gateway, or with `passthrough` the client, to an agent. @throws A2aFailure AGENT_UNAVAILABLE */
export const createAuthorize = (options: {
  /** Opens a sealed secret of an agent. @throws */
  open(sealed: string, context: string): string
  getOauth2Token: GetOauth2Token
  /** A token of the gateway's own identity. @throws */
  getEntraToken(scope: string): Promise<string>
}): Authorize => {
  const { getOauth2Token, getEntraToken } = options

  const openSecrets = (agent: Agent): Agent['auth'] => {
    try {
      return openAuth(agent.auth, agent.id, options)
    } catch (cause) {
      throw a2aFailure(
        'AGENT_UNAVAILABLE',
        `The secrets of the agent "${agent.id}" cannot be opened; the call was not made. Give the gateway the key they were sealed with, or register the agent again.`,
        { cause },
      )
    }
  }

  const askEntra = async (agent: Agent, scope: string): Promise<string> => {
    try {
      return await getEntraToken(scope)
    } catch (cause) {
      throw a2aFailure(
        'AGENT_UNAVAILABLE',
        `The gateway got no Entra token for the agent "${agent.id}" (scope "${scope}"); the call was not made. Check that the gateway's identity may ask for it.`,
        { cause },
      )
    }
  }

  return async (agent, { credentials, refused }) => {
    const auth = openSecrets(agent)
    switch (auth.type) {
      case 'none':
        return { headers: {} }
      case 'bearer':
        return bearer(auth.token)
      case 'apiKey':
        if (auth.in === 'query') return { headers: {}, query: [auth.name, auth.value] }
        return { headers: { [auth.name.toLowerCase()]: auth.value } }
      case 'oauth2': {
        const token = await getOauth2Token(agent, auth, { refused })
        return { ...bearer(token), renewable: token }
      }
      case 'entra':
        return bearer(await askEntra(agent, auth.scope))
      case 'passthrough':
        return { headers: credentials === undefined ? {} : { authorization: credentials } }
    }
  }
}
