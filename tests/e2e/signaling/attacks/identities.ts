import { isoTime } from '../../../fixtures/signaling/create-test-agent.ts'
import { PythonFloat, toWireJson } from '../../../fixtures/signaling/python-json.ts'
import { type Attack, breaksSchema, byOffer, offer, type Refused, type Scene, SDP } from './attack.ts'

const wrongDid: Refused = { code: 'INVALID_SIGNATURE', reason: 'wrong_did' }
const stale: Refused = { code: 'INVALID_SIGNATURE', reason: 'stale' }
const notForGateway: Refused = { code: 'MALFORMED_MESSAGE', reason: 'not_for_the_gateway' }

const unknownRequest: Refused = { code: 'UNKNOWN_AGENT', reason: 'unknown_request' }

const SECOND = 1000

const others: Readonly<Record<string, (scene: Scene) => string>> = {
  'the victim': ({ victim }) => victim,
  'the gateway': ({ gateway }) => gateway,
  'the gateway, as the seed calls it': () => 'did:key:gateway',
  'somebody else': ({ stranger }) => stranger.did,
  'a did:web': () => 'did:web:agent.example',
  'a DID of an unknown method': () => 'did:example:123',
  'its own DID in capitals': ({ attacker }) => attacker.did.replace('z6Mk', 'z6MK'),
  'its own DID and something': ({ attacker }) => `${attacker.did}1`,
  'its own DID as a part': ({ attacker }) => `did:x:${attacker.did}`,
}

const times: Readonly<Record<string, (now: number) => string>> = {
  'that is 301 s old': (now) => isoTime(now - 301 * SECOND),
  'that is a day old': (now) => isoTime(now - 86_400 * SECOND),
  'that is 310 s ahead': (now) => isoTime(now + 310 * SECOND),
  'that is a year ahead': (now) => isoTime(now + 365 * 86_400 * SECOND),
  'of the epoch': () => isoTime(0),
  'of the year 9999': () => '9999-12-31T23:59:59.999999',
}

/** Types with a payload that would be right between agents. */
const forAgents = {
  OFFER: { sdp: 'x' },
  ANSWER: { sdp: 'x' },
  ICE_CANDIDATE: { candidate: 'x' },
  INTENT: { query: 'x' },
  EXEC_REQUEST: { args: {} },
} as const

/** Frames that say they are from somebody else, from another time, or are for nobody. */
export const identities: readonly Attack[] = [
  ...Object.entries(others).map(([name, from]) => ({
    name: `a frame that says it is from ${name}, by the attacker's key`,
    ...wrongDid,
    send: (scene: Scene) => toWireJson(offer(scene, { from: from(scene) })),
  })),
  {
    name: 'a good frame of somebody else, over the connection of the attacker',
    ...wrongDid,
    send: ({ stranger, victim }) => stranger.sign({ type: 'OFFER', to: victim, payload: { sdp: SDP } }),
  },
  {
    name: 'a good PING of somebody else, over the connection of the attacker',
    ...wrongDid,
    send: ({ stranger }) => stranger.sign({ type: 'PING', to: stranger.did, payload: {} }),
  },
  {
    name: 'a good UNREGISTER of somebody else, over the connection of the attacker',
    ...wrongDid,
    send: ({ stranger }) => stranger.sign({ type: 'UNREGISTER', to: stranger.did, payload: {} }),
  },
  {
    name: 'a good REGISTER of somebody else, over the connection of the attacker',
    ...wrongDid,
    send: ({ stranger }) => toWireJson(stranger.registration()),
  },
  ...Object.entries(times).flatMap(([name, time]) =>
    ['', 'Z'].map((zone) => ({
      name: `a signed time ${name}${zone === '' ? '' : ', with Z'}`,
      ...stale,
      send: (scene: Scene) => toWireJson(offer(scene, { timestamp: time(Date.now()) + zone })),
    })),
  ),
  byOffer('a time that is a number', { timestamp: new PythonFloat('1768212000.5') }, breaksSchema),
  ...Object.entries(forAgents).flatMap(([type, payload]) =>
    (['gateway', 'attacker'] as const).map((addressee) => ({
      name: `${type} for ${addressee === 'gateway' ? 'the gateway' : 'itself'}`,
      ...notForGateway,
      send: (scene: Scene) => {
        const to = addressee === 'gateway' ? scene.gateway : scene.attacker.did
        return toWireJson(offer(scene, { type, payload, to }))
      },
    })),
  ),
  {
    name: 'REGISTERED for the victim, as if the sender were the gateway',
    ...notForGateway,
    send: (scene) =>
      toWireJson(
        offer(scene, {
          type: 'REGISTERED',
          payload: { did: scene.victim, agent_id: scene.victim, generation: 9, agent_timeout: 1 },
        }),
      ),
  },
  {
    name: 'an answer to a call that the gateway did not make',
    ...unknownRequest,
    send: (scene) =>
      toWireJson(
        offer(scene, {
          type: 'EXEC_RESPONSE',
          to: scene.gateway,
          correlation_id: 'made-up',
          payload: { status: 'completed', result: {} },
        }),
      ),
  },
]
