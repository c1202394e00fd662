import type { Agent } from '../../registry/agent.ts'
import { type ShownCard } from './answer-card.ts'
import type { Card } from './read-card.ts'
import { type CardFace, rewriteCard, toHybrid } from './rewrite-card.ts'
import { signCard } from './sign-card.ts'
import type { SigningKey } from './signing-key.ts'

export type ShowOptions = CardFace & {
  /** What the client sent as `A2A-Version`. */
  version: string | null
  jwksUrl: string
  signingKey(): Promise<SigningKey>
}

/** An agent's card as its client gets it: rewritten, strict or of both versions, signed where the agent is set so. */
export const showAgent = (agent: Agent, card: Card, options: ShowOptions): ShownCard => {
  const { version, jwksUrl, signingKey } = options
  const strict = rewriteCard(card, options)
  const isStrict = agent.strictCard && /^\s*1\.0\b/.test(version ?? '')
  const sign = async (): Promise<object> => signCard(strict, await signingKey(), jwksUrl)
  return {
    card: isStrict ? strict : toHybrid(strict, card, options),
    ...(agent.cardSignatures === 'resign' ? { sign } : {}),
  }
}

/** What the gateway knows of an agent whose own card cannot be had. */
export const showUnreachable = (agent: Agent, face: CardFace): object => {
  const known: Card = {
    name: agent.name ?? agent.id,
    description: agent.description ?? `Agent ${agent.id}`,
    version: 'unknown',
    capabilities: {},
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
  }
  const error =
    'The agent did not give its card: it cannot be reached, or what it gave is no agent card. This is what the gateway knows of it; ask again later.'
  return { ...toHybrid(rewriteCard(known, face), known, face), error }
}
