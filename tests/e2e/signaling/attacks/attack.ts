import type { SignalErrorCode } from '../../../../shared/contract/signaling/error-code.ts'
import type { SignalReason } from '../../../../shared/signaling/signal-failure.ts'
import type { Frame, Parts, TestAgent } from '../../../fixtures/signaling/create-test-agent.ts'
import { toWireJson } from '../../../fixtures/signaling/python-json.ts'

export type Scene = {
  /** Is registered on the connection that sends. */
  attacker: TestAgent
  /** DIDs: another agent, and the gateway. */
  victim: string
  gateway: string
  /** Somebody else's agent, whose key the attacker does not have. */
  stranger: TestAgent
}

/** What is sent, and how it must be refused. */
export type Attack = {
  name: string
  send: (scene: Scene) => string | Buffer
  code: SignalErrorCode
  reason: SignalReason
}

export type Refused = Pick<Attack, 'code' | 'reason'>

export const notJson: Refused = { code: 'MALFORMED_MESSAGE', reason: 'not_json' }
export const breaksSchema: Refused = { code: 'MALFORMED_MESSAGE', reason: 'schema' }
export const badSignature: Refused = { code: 'INVALID_SIGNATURE', reason: 'signature' }

/** What must stand in no log. */
export const SDP = 'secret-of-the-attacker'

/** An OFFER of the attacker to the victim with other members, properly signed. */
export const offer = ({ attacker, victim }: Scene, parts: Parts = {}): Frame =>
  attacker.frame({ type: 'OFFER', to: victim, payload: { sdp: SDP }, ...parts })

/** An attack by one properly signed OFFER in which one thing is wrong. */
export const byOffer = (name: string, parts: Parts, refused: Refused): Attack => ({
  name,
  ...refused,
  send: (scene) => toWireJson(offer(scene, parts)),
})

/** An attack by an OFFER that is changed after it was signed. */
export const byChange = (
  name: string,
  change: (frame: Frame, scene: Scene) => Parts,
  refused: Refused,
): Attack => ({
  name,
  ...refused,
  send: (scene) => {
    const frame = offer(scene)
    return toWireJson({ ...frame, ...change(frame, scene) })
  },
})

/** How a value is called in the name of a case. */
export const nameOf = (value: unknown): string => {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value))
  return text.length > 40 ? `${text.slice(0, 20)}… of ${text.length} characters` : text
}
