import type { Parts } from '../../../fixtures/signaling/create-test-agent.ts'
import { PythonFloat, type PythonJson } from '../../../fixtures/signaling/python-json.ts'
import { type Attack, breaksSchema, byOffer, nameOf } from './attack.ts'

const half = new PythonFloat('0.5')

/** A good payload of each type, and values that its members must not have. */
const types: Readonly<
  Record<string, { good: Parts; wrong: Readonly<Record<string, readonly PythonJson[]>> }>
> = {
  OFFER: { good: { sdp: 'x' }, wrong: { sdp: [undefined, null, 5, [], {}] } },
  ANSWER: { good: { sdp: 'x' }, wrong: { sdp: [undefined, null, 5, [], {}] } },
  ICE_CANDIDATE: {
    good: { candidate: 'x' },
    wrong: { candidate: [undefined, null, 5], sdp_mid: [5, []], sdp_mline_index: ['0', half, true] },
  },
  PING: { good: {}, wrong: { sequence: ['1', half, true, []] } },
  PONG: { good: {}, wrong: { sequence: ['1', half] } },
  ERROR: {
    good: { code: 'TIMEOUT', message: 'x' },
    wrong: { code: [undefined, 'INVALID_MESSAGE', 5], message: [undefined, 5], details: ['x', []] },
  },
  INTENT: { good: { query: 'x' }, wrong: { query: [5], context: [[]], params: [[], 'x'], cost: [5] } },
  EXEC_REQUEST: { good: {}, wrong: { args: ['x', []], timeout_ms: ['5'], stream: ['yes', 1] } },
  EXEC_RESPONSE: {
    good: { status: 'completed' },
    wrong: { status: [5], error: [5, []], execution_time_ms: ['x'], stream_url: [5] },
  },
  UNREGISTER: { good: {}, wrong: { reason: [5, {}] } },
  REGISTERED: { good: {}, wrong: { did: [undefined] } },
}

/** Each type with a payload that is none, is another's, or has a wrong member. */
export const payloads: readonly Attack[] = [
  ...Object.entries(types).flatMap(([type, { good, wrong }]) => [
    ...[undefined, null, [], 'x'].map((payload) =>
      byOffer(`${type} with the payload ${nameOf(payload)}`, { type, payload }, breaksSchema),
    ),
    byOffer(`${type} with an unknown key`, { type, payload: { ...good, unknown: 1 } }, breaksSchema),
    ...Object.entries(wrong).flatMap(([member, values]) =>
      values.map((value) =>
        byOffer(
          `${type} with ${member}: ${nameOf(value instanceof PythonFloat ? value.text : value)}`,
          { type, payload: { ...good, [member]: value } },
          breaksSchema,
        ),
      ),
    ),
  ]),
  byOffer(
    'ANSWER with the payload of ICE_CANDIDATE',
    { type: 'ANSWER', payload: { candidate: 'x' } },
    breaksSchema,
  ),
  byOffer(
    'ICE_CANDIDATE with the payload of OFFER',
    { type: 'ICE_CANDIDATE', payload: { sdp: 'x' } },
    breaksSchema,
  ),
]
