import { canonicalJson } from '../../shared/contract/signaling/canonical-json.ts'
import { SIGNALING_VERSION } from '../../shared/contract/signaling/message.ts'
import { parseTagged, pythonText } from '../../shared/contract/signaling/python-text.ts'
import { ClientError } from '../client-error.ts'
import type { Signer } from '../identity/open-key.ts'
import type { Message, MessageType, Payloads } from '../messages.ts'
import type { Platform } from '../platform.ts'

/** What a frame says; everything else follows. */
export type Said<Type extends MessageType = MessageType> = {
  type: Type
  to: string
  payload: Payloads[Type]
  id: string
  correlationId?: string | undefined
}

/** What a gateway takes by default; Web PubSub ends a connection that sends more than 1 MiB. */
const MAX_BYTES = 1_000_000

/**
 * Makes frames, signed as every program of the protocol verifies them, its first ones too. Their timestamps never go
 * back: older frames count as repeated.
 * @throws ClientError `too_large`; TypeError for what is no JSON
 */
export const createFrames = ({ signer, now }: { signer: Signer; now: Platform['now'] }) => {
  let last = 0
  return async ({ type, to, payload, id, correlationId }: Said): Promise<string> => {
    last = Math.max(last, now())
    const unsigned: Omit<Message, 'signature'> = {
      id,
      correlation_id: correlationId ?? null,
      timestamp: new Date(last).toISOString(),
      from: signer.did,
      to,
      type,
      payload,
      version: SIGNALING_VERSION,
    }
    const text = JSON.stringify(unsigned)
    // Half of a character has no canonical form: no parser need read it as another does.
    canonicalJson(JSON.parse(text))
    const signature = await signer.sign(pythonText(parseTagged(text)))
    const frame = `${text.slice(0, -1)},"signature":"${signature}"}`
    const bytes = new TextEncoder().encode(frame).length
    if (bytes <= MAX_BYTES) return frame
    throw new ClientError('too_large', `A frame may have ${MAX_BYTES} bytes, and this ${type} has ${bytes}.`)
  }
}
