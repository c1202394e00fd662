import { MessageEnvelope, SIGNALING_VERSION } from '../../shared/contract/signaling/message.ts'
import { payloads } from '../../shared/contract/signaling/payloads.ts'
import { signedTexts } from '../../shared/contract/signaling/signed-texts.ts'
import { normaliseTimestamp } from '../../shared/contract/timestamp.ts'
import { decodeDidKey } from '../identity/did-key.ts'
import { verifyText } from '../identity/verify-text.ts'
import type { Message } from '../messages.ts'
import type { Platform } from '../platform.ts'

/** Why a frame is not believed. */
export type Disbelief = 'malformed' | 'not_for_me' | 'stale' | 'repeated' | 'unknown_key' | 'signature'

/** The public key (32 bytes) of a DID that is no `did:key`; undefined when there is none. */
export type ResolveKey = (did: string) => Promise<Uint8Array | undefined>

/** How far clocks may be apart. */
const WINDOW_MS = 5 * 60_000

type Read = { message: Message; time: number }

const read = (text: string): Read | undefined => {
  try {
    const envelope = MessageEnvelope.parse(JSON.parse(text))
    const payload: unknown = payloads[envelope.type].parse(envelope.payload)
    const time = Date.parse(normaliseTimestamp(envelope.timestamp) ?? '')
    if (Number.isNaN(time) || envelope.version !== SIGNALING_VERSION) return undefined
    // The payload was parsed by the schema of its type.
    return { message: { ...envelope, payload } as Message, time }
  } catch {
    return undefined
  }
}

/** The ids of frames that were believed, for as long as their timestamps would be taken. */
const createMemory = (now: Platform['now']) => {
  const untilTimes = new Map<string, number>()
  return {
    has: (key: string): boolean => untilTimes.has(key),
    add: (key: string): void => {
      for (const [old, until] of untilTimes) {
        if (until > now()) break
        untilTimes.delete(old)
      }
      untilTimes.set(key, now() + 2 * WINDOW_MS)
    },
  }
}

/** Reads frames that come in, and believes those that are signed by who they say they are from, for me, new, and of now. */
export const createBelieve = (options: {
  did: string
  resolveKey?: ResolveKey | undefined
  now: Platform['now']
}) => {
  const memory = createMemory(options.now)

  const findKey = async (did: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const known = decodeDidKey(did)
    if (known !== undefined) return known
    const resolved = await options.resolveKey?.(did)
    return resolved === undefined ? undefined : new Uint8Array(resolved)
  }

  return async (text: string): Promise<Message | Disbelief> => {
    const found = read(text)
    if (found === undefined) return 'malformed'
    const { message, time } = found
    // To a connection whose agent it does not know yet the gateway writes as to itself.
    const isForMe = message.to === options.did || (message.type === 'ERROR' && message.to === message.from)
    if (!isForMe) return 'not_for_me'
    if (Math.abs(options.now() - time) > WINDOW_MS) return 'stale'
    const key = `${message.from} ${message.id}`
    if (memory.has(key)) return 'repeated'
    const publicKey = await findKey(message.from).catch(() => undefined)
    if (publicKey === undefined) return 'unknown_key'
    if (!(await verifyText(publicKey, signedTexts(text), message.signature))) return 'signature'
    memory.add(key)
    return message
  }
}
