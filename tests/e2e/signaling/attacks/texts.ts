import { toWireJson } from '../../../fixtures/signaling/python-json.ts'
import { type Attack, breaksSchema, notJson, offer } from './attack.ts'

const noJson = [
  '',
  ' ',
  'hello',
  '{',
  '}',
  '{}{}',
  '{"a":1',
  '{"a":1,}',
  '{,}',
  "{'a':1}",
  '{a:1}',
  '{"a":NaN}',
  '{"a":Infinity}',
  '{"a":+1}',
  '{"a":01}',
  '{"a":0x10}',
  '{"a":.5}',
  '{"a":None}',
  '{"a":True}',
  '{"a":undefined}',
  '{"a":"\\x41"}',
  '{"a":"\\u00g0"}',
  '{"a":"unterminated}',
  '{"a":"line\nbreak"}',
  '{"a":1}//comment',
  '/**/{"a":1}',
  '{"a":1}\u0000',
  '<message/>',
  'type: OFFER',
  '{"a":1e400}',
  '{"a":"\\ud800"}',
  '{"\\udc00":1}',
]

const noObject = ['\ufeff{}', 'null', 'true', '1', '-0', '"text"', '[]', '{}', '[{}]', '[[]]']

const ofText = (texts: readonly string[], refused: typeof notJson): Attack[] =>
  texts.map((text) => ({ name: `the text ${JSON.stringify(text)}`, ...refused, send: () => text }))

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

/** Frames that are no JSON object, or one that parsers read differently. */
export const texts: readonly Attack[] = [
  ...ofText(noJson, notJson),
  ...ofText(noObject, breaksSchema),
  {
    name: 'a frame that was cut in the middle',
    ...notJson,
    send: (scene) => toWireJson(offer(scene)).slice(0, 150),
  },
  {
    name: 'a frame with something behind it',
    ...notJson,
    send: (scene) => `${toWireJson(offer(scene))};`,
  },
  {
    name: 'two frames in one',
    ...notJson,
    send: (scene) => toWireJson(offer(scene)) + toWireJson(offer(scene)),
  },
  {
    name: 'a list of frames',
    ...breaksSchema,
    send: (scene) => `[${toWireJson(offer(scene))}]`,
  },
  {
    name: 'a frame in a frame',
    ...breaksSchema,
    send: (scene) => `{"message":${toWireJson(offer(scene))}}`,
  },
  {
    name: 'a frame as a binary one',
    ...notJson,
    send: (scene) => Buffer.from(toWireJson(offer(scene))),
  },
  { name: 'binary that is nothing', ...notJson, send: () => Buffer.from([0xff, 0xfe, 0x00]) },
  ...[65, 10_000, 200_000].map((levels) => ({
    name: `${levels} levels of lists`,
    ...notJson,
    send: () => `{"payload":${deep(levels)}}`,
  })),
  {
    name: 'more bytes than a frame may have',
    code: 'MALFORMED_MESSAGE',
    reason: 'too_large',
    send: (scene) => toWireJson(offer(scene, { payload: { sdp: 'x'.repeat(1_000_001) } })),
  },
  {
    name: 'more bytes, not characters, than a frame may have',
    code: 'MALFORMED_MESSAGE',
    reason: 'too_large',
    send: (scene) => toWireJson(offer(scene, { payload: { sdp: 'é'.repeat(500_001) } })),
  },
]
