import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestAgent, type TestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { httpProcesses, type TestCloud } from '../support/start-test-cloud.ts'
import { join, openSocket } from './support/join.ts'
import { findAgent } from './support/read-agents.ts'
import { useDidDocuments } from './support/use-did-documents.ts'

/** Agents whose key stands in a document on the web. */
export const testDidWeb = (cloud: () => TestCloud): void => {
  describe('did:web', () => {
    const documents = useDidDocuments()

    /** An agent at a path of its own, and how its document would be. */
    const createWebAgent = (): { agent: TestAgent; path: string; document: object } => {
      const name = randomUUID()
      const did = `did:web:${documents.host()}:${name}`
      const agent = createTestAgent({ did, clock: 'with Z' })
      const method = {
        id: `${did}#key`,
        type: 'Ed25519VerificationKey2018',
        controller: did,
        publicKeyBase58: agent.publicKey,
      }
      const document = { id: did, verificationMethod: [method], authentication: ['#key'] }
      return { agent, path: `/${name}/did.json`, document }
    }

    test('an agent registers with the key of its document, and talks to one with a did:key', async () => {
      const { agent, path, document } = createWebAgent()
      documents.publish(path, document)
      const [one, other] = [await join(cloud(), { agent }), await join(cloud())]
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
      const [text, answer] = [
        one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'offer' } }),
        other.say({ type: 'ANSWER', to: one.did, payload: { sdp: 'answer' } }),
      ]
      expect([(await other.next()).text, (await one.next()).text]).toEqual([text, answer])
      await one.settle()
      expect(documents.asked(path)).toBeGreaterThan(0)
      expect(documents.asked(path)).toBeLessThanOrEqual(httpProcesses[cloud().layout])
    })

    test.each([
      ['has no document', 'unresolvable_did', () => undefined],
      ['leads elsewhere', 'unresolvable_did', () => ({ location: 'https://localhost/did.json' })],
      [
        'has the document of another',
        'unresolvable_did',
        (document: object) => ({ ...document, id: 'did:web:x' }),
      ],
      [
        'has no key in its document',
        'wrong_key',
        (document: object) => ({ ...document, verificationMethod: [] }),
      ],
      [
        'may not sign in with its key',
        'wrong_key',
        (document: object) => ({ ...document, authentication: [] }),
      ],
    ] as const)('an agent whose DID %s is refused', async (_name, reason, answerOf) => {
      const { agent, path, document } = createWebAgent()
      const answer = answerOf(document)
      if (answer !== undefined) documents.publish(path, answer)
      const socket = await openSocket(cloud())
      socket.send(toWireJson(agent.registration()))
      expect(await socket.next()).toMatchObject({
        type: 'ERROR',
        payload: { code: 'INVALID_SIGNATURE', details: { reason } },
      })
      expect(await findAgent(cloud(), agent.did)).toBeUndefined()
    })
  })
}
