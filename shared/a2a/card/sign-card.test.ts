import { type AgentCard, verifyAgentCardSignature } from '@a2a-js/sdk'
import { expect, test } from 'vitest'
import { readCard } from './read-card.ts'
import { rewriteCard, toHybrid } from './rewrite-card.ts'
import { jwksOf, signCard } from './sign-card.ts'
import { deriveSigningKey } from './signing-key.ts'

const face = { base: 'https://gateway.example/agents/echo', needsKey: true }
const JWKS = 'https://gateway.example/.well-known/jwks.json'

const signed = async (secret: string): Promise<Record<string, unknown>> => {
  const card = readCard(
    JSON.stringify({
      name: 'Échо',
      description: '',
      version: '1',
      capabilities: {
        extensions: [{ uri: 'urn:x', required: false, params: { b: 1.5e30, a: ['', 'z'], empty: {} } }],
      },
      skills: [{ id: 's', name: 'S', description: 'd', tags: [], examples: [] }],
    }),
  )
  if (card === undefined) throw new Error('no card')
  const strict = rewriteCard(card, face)
  const signature = await signCard(strict, await deriveSigningKey(secret), JWKS)
  return { ...toHybrid(strict, card, face), signatures: [signature] }
}

const verify = async (card: object, secret: string): Promise<void> => {
  const { publicKey, kid } = await deriveSigningKey(secret)
  const verifier = verifyAgentCardSignature(async (askedKid, jku) => {
    expect([askedKid, jku]).toEqual([kid, JWKS])
    return publicKey
  })
  // As it comes over the wire: the verifier makes a card of it itself.
  const received: AgentCard = JSON.parse(JSON.stringify(card))
  await verifier(received)
}

test('the official SDK verifies the signature, also of a card with members of 0.3', async () => {
  await expect(verify(await signed('secret one'), 'secret one')).resolves.toBeUndefined()
})

test('a changed card does not verify', async () => {
  const card = { ...(await signed('secret one')), name: 'Mallory' }
  await expect(verify(card, 'secret one')).rejects.toThrow('No valid signatures')
})

test('every instance derives the same key from the secret, and the JWKS has no private part', async () => {
  const [one, again, other] = await Promise.all(['a', 'a', 'b'].map(deriveSigningKey))
  expect(one).toEqual(again)
  expect(one?.kid).not.toBe(other?.kid)
  expect(one && jwksOf(one)).toEqual({
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: one?.kid,
        alg: 'ES256',
        use: 'sig',
      },
    ],
  })
})
