import { randomBytes } from 'node:crypto'
import type { Frame, Parts } from '../../../fixtures/signaling/create-test-agent.ts'
import { toSpacedJson, toWireJson } from '../../../fixtures/signaling/python-json.ts'
import { fromLittleEndian, GROUP_ORDER, toLittleEndian } from './little-endian.ts'
import { type Attack, badSignature, byChange, offer, type Scene, SDP } from './attack.ts'

const bytesOf = ({ signature }: Frame): Buffer => Buffer.from(signature, 'base64')

const flip = (frame: Frame, bit: number): string => {
  const bytes = bytesOf(frame)
  const at = bit >> 3
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
  return bytes.toString('base64')
}

/** The same signature with S + L in place of S, which a careless verifier takes too. */
const malleate = (frame: Frame): string => {
  const bytes = bytesOf(frame)
  const grown = toLittleEndian(fromLittleEndian(bytes.subarray(32)) + GROUP_ORDER, 32)
  return Buffer.concat([bytes.subarray(0, 32), grown]).toString('base64')
}

const forged: Readonly<Record<string, (frame: Frame, scene: Scene) => string>> = {
  'is empty': () => '',
  'is no base64': () => '!'.repeat(88),
  'is a word': () => 'signature',
  'has 63 bytes': (frame) => bytesOf(frame).subarray(1).toString('base64'),
  'has 65 bytes': (frame) => Buffer.concat([bytesOf(frame), Buffer.alloc(1)]).toString('base64'),
  'is all zero': () => Buffer.alloc(64).toString('base64'),
  'is all one': () => Buffer.alloc(64, 255).toString('base64'),
  'is chance': () => randomBytes(64).toString('base64'),
  'is hexadecimal': (frame) => bytesOf(frame).toString('hex'),
  'is base64url without padding': (frame) => bytesOf(frame).toString('base64url'),
  'has no padding': ({ signature }) => signature.replaceAll('=', ''),
  'has a space in front': ({ signature }) => ` ${signature}`,
  'has a line break behind': ({ signature }) => `${signature}\n`,
  'has something behind its padding': ({ signature }) => `${signature}AAAA`,
  'has one bit of R changed': (frame) => flip(frame, 0),
  'has the sign of R changed': (frame) => flip(frame, 255),
  'has one bit of S changed': (frame) => flip(frame, 256),
  'has the highest bit of S changed': (frame) => flip(frame, 511),
  'has S + L in place of S': malleate,
  'is by the key of somebody else': (frame, { stranger }) => {
    return stranger.signature({ ...frame, signature: undefined })
  },
  'is that of another frame': (_frame, scene) => offer(scene).signature,
  'is over the payload alone': ({ payload }, { attacker }) => attacker.signature(payload),
  'is over nothing': (_frame, { attacker }) => attacker.signature({}),
  'is over the frame with a signature in it': (frame, { attacker }) => attacker.signature(frame),
  'is over the text of the frame': (frame, { attacker }) => {
    return attacker.signature(toWireJson({ ...frame, signature: undefined }))
  },
  'is over the text of the frame, with spaces': (frame, { attacker }) => {
    return attacker.signature(toSpacedJson({ ...frame, signature: undefined }))
  },
  'is over the frame without its id': (frame, { attacker }) =>
    attacker.signature({ ...frame, signature: undefined, id: undefined }),
  'is over the frame without its version': (frame, { attacker }) =>
    attacker.signature({ ...frame, signature: undefined, version: undefined }),
  'is over the frame without its null': (frame, { attacker }) =>
    attacker.signature({ ...frame, signature: undefined, correlation_id: undefined }),
}

const tampered: Readonly<Record<string, (frame: Frame, scene: Scene) => Parts>> = {
  id: () => ({ id: 'another' }),
  'id, by a space': ({ id }) => ({ id: `${id} ` }),
  'id, in capitals': ({ id }) => ({ id: id.toUpperCase().replace(/^/, 'A') }),
  correlation_id: () => ({ correlation_id: 'another' }),
  'correlation_id, taken away': () => ({ correlation_id: undefined }),
  timestamp: () => ({ timestamp: new Date().toISOString() }),
  to: (_frame, { gateway }) => ({ to: gateway }),
  'to, to somebody else': (_frame, { stranger }) => ({ to: stranger.did }),
  'type, to ANSWER': () => ({ type: 'ANSWER' }),
  sdp: () => ({ payload: { sdp: 'another' } }),
  'sdp, by a space': () => ({ payload: { sdp: `${SDP} ` } }),
  'sdp, by its case': () => ({ payload: { sdp: SDP.replace('s', 'S') } }),
  'sdp, by a letter that looks alike': () => ({ payload: { sdp: SDP.replace('a', '\u0430') } }),
  'sdp, by a character that is not seen': () => ({ payload: { sdp: `${SDP}\u200b` } }),
  'sdp, to nothing': () => ({ payload: { sdp: '' } }),
}

/** Signatures that are none, and frames that are not what was signed. */
export const signatures: readonly Attack[] = [
  ...Object.entries(forged).map(([name, signature]) =>
    byChange(
      `a signature that ${name}`,
      (frame, scene) => ({ signature: signature(frame, scene) }),
      badSignature,
    ),
  ),
  ...Object.entries(tampered).map(([name, change]) =>
    byChange(`a signed frame with another ${name}`, change, badSignature),
  ),
  {
    name: 'a signed frame whose é was composed otherwise',
    ...badSignature,
    send: (scene) => toWireJson(offer(scene, { payload: { sdp: 'caf\u00e9' } })).replace('\u00e9', 'e\u0301'),
  },
  {
    name: 'a signed ICE_CANDIDATE to which a null was added',
    ...badSignature,
    send: (scene) => {
      const parts = { type: 'ICE_CANDIDATE', payload: { candidate: 'x' } }
      return toWireJson({ ...offer(scene, parts), payload: { candidate: 'x', sdp_mid: null } })
    },
  },
  {
    name: 'a signed PING whose number was changed',
    ...badSignature,
    send: (scene) => {
      const parts = { type: 'PING', payload: { sequence: 1 } }
      return toWireJson({ ...offer(scene, parts), payload: { sequence: 2 } })
    },
  },
]
