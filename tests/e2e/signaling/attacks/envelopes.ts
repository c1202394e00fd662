import type { PythonJson } from '../../../fixtures/signaling/python-json.ts'
import { type Attack, breaksSchema, byChange, byOffer, nameOf, type Refused } from './attack.ts'

const long = (length: number): string => 'x'.repeat(length)

const wrongTypes: readonly PythonJson[] = [null, 5, true, [], {}]

const wrong: Readonly<Record<string, readonly PythonJson[]>> = {
  id: [undefined, ...wrongTypes, '', long(129)],
  correlation_id: [5, true, [], {}, '', long(129)],
  timestamp: [
    undefined,
    ...wrongTypes,
    '',
    long(65),
    'now',
    '1768212000',
    '2026-01-12',
    '2026-13-45T00:00:00Z',
    '2026-01-12T25:00:00Z',
    'Mon, 12 Jan 2026 10:00:00 GMT',
  ],
  from: [undefined, ...wrongTypes, '', 'nobody', 'did:', 'did:key:', 'DID:key:z6Mk', 'did:key:z6 Mk'],
  to: [
    undefined,
    ...wrongTypes,
    '',
    'nobody',
    'did:',
    'did:key:',
    'did:KEY:z6Mk',
    'did:key:z6\n',
    'did:key:*',
    'did:key:z/../x',
    'did:key:ключ',
    `did:key:z${long(512)}`,
  ],
  type: [undefined, ...wrongTypes, '', 'offer', 'OFFER ', 'HELLO', 'toString', '__proto__', 'constructor'],
  payload: [undefined, null, 5, true, 'text', [], [{ sdp: 'x' }]],
  version: [undefined, ...wrongTypes],
}

/** What is no text of at most 256 characters cannot be a signature. */
const wrongSignatures = [undefined, ...wrongTypes, long(257)]

const otherVersion: Refused = { code: 'UNSUPPORTED_VERSION', reason: 'version' }

/** Each member of the envelope with every kind of value that it must not have. */
export const envelopes: readonly Attack[] = [
  ...Object.entries(wrong).flatMap(([member, values]) =>
    values.map((value) => byOffer(`${member}: ${nameOf(value)}`, { [member]: value }, breaksSchema)),
  ),
  ...wrongSignatures.map((signature) =>
    byChange(`signature: ${nameOf(signature)}`, () => ({ signature }), breaksSchema),
  ),
  ...['', '0.9', '1', '1.0 ', '1.0.0', '1.1', '2.0', '１.0'].map((version) =>
    byOffer(`version: ${nameOf(version)}`, { version }, otherVersion),
  ),
]
