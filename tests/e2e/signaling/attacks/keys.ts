import { toWireJson } from '../../../fixtures/signaling/python-json.ts'
import { type Attack, breaksSchema, byOffer, nameOf, notJson, offer } from './attack.ts'

const unknown = [
  'x',
  '',
  'FROM',
  'From',
  ' from',
  'from ',
  'from\u0000',
  'from\u200b',
  'fr\u043em',
  'ｆrom',
  'payl\u043ead',
  'sender',
  'did',
  'userId',
  'headers',
  'Headers',
  'ce-connectionId',
  'ce-connectionState',
  'constructor',
  'prototype',
  'toString',
  '0',
]

/** What the Functions host would take for the headers of a request. */
const headers = (did: string) => ({
  'ce-connectionId': 'another',
  'ce-userId': 'gateway',
  'ce-type': 'azure.webpubsub.user.message',
  'ce-connectionState': Buffer.from(JSON.stringify({ v: 1, did, generation: 1 })).toString('base64url'),
})

/** Puts something at the beginning of an OFFER that is properly signed without it. */
const inFront = (name: string, member: string, refused: typeof notJson): Attack => ({
  name,
  ...refused,
  send: (scene) => `{${member},${toWireJson(offer(scene)).slice(1)}`,
})

const twice = ['id', 'correlation_id', 'timestamp', 'from', 'to', 'type', 'payload', 'version', 'signature']

/** Keys that are too many, that are there twice, or that look like others. */
export const keys: readonly Attack[] = [
  ...unknown.map((key) =>
    byOffer(`the unknown key ${nameOf(key)}`, { [key]: 'did:key:gateway' }, breaksSchema),
  ),
  inFront('the key __proto__', '"__proto__":{"from":"did:key:gateway"}', breaksSchema),
  inFront('the key __proto__, escaped', '"\\u005f_proto__":{"x":1}', breaksSchema),
  {
    name: 'the key __proto__ in a payload',
    ...breaksSchema,
    send: (scene) => toWireJson(offer(scene)).replace('"payload":{', '"payload":{"__proto__":{"sdp":"x"},'),
  },
  ...['Headers', 'headers', 'HEADERS'].flatMap((key): Attack[] => [
    {
      name: `headers of another connection as ${key}, alone`,
      ...breaksSchema,
      send: ({ stranger }) => toWireJson({ [key]: headers(stranger.did) }),
    },
    {
      name: `headers of another connection as ${key}, in a signed frame`,
      ...breaksSchema,
      send: (scene) => toWireJson(offer(scene, { [key]: headers(scene.stranger.did) })),
    },
    {
      name: `headers of another connection as ${key}, around a frame of the other agent`,
      ...breaksSchema,
      send: ({ stranger, victim }) =>
        toWireJson({
          ...stranger.frame({ type: 'OFFER', to: victim, payload: { sdp: 'x' } }),
          [key]: headers(stranger.did),
        }),
    },
  ]),
  ...twice.map((key) => inFront(`the key ${key} twice`, `"${key}":"did:key:gateway"`, notJson)),
  inFront('the key from twice, once escaped', '"fr\\u006fm":"did:key:gateway"', notJson),
  {
    name: 'the key sdp twice in a payload',
    ...notJson,
    send: (scene) => toWireJson(offer(scene)).replace('"payload":{', '"payload":{"sdp":"first",'),
  },
]
