import type { CollectParts } from './collect-parts.ts'
import { type DecodedMessage, decodeMessage } from './decode-message.ts'

/** What is needed of a message. */
type Received = { body: Uint8Array; applicationProperties: Readonly<Record<string, unknown>> }

/**
 * Puts a message together, reads it and has it worked on; what cannot be read is put aside. What is for another
 * deployment is left to it: a new subscription on Azure gets every message until its filter is there.
 */
export const createReceiveMessage =
  <Message extends Received>(options: {
    proxyId: string
    collectParts: CollectParts
    putAside(message: Message, description: string): Promise<void>
    work(message: Exclude<DecodedMessage, { rejection: string }>): Promise<void>
  }): ((message: Message) => Promise<void>) =>
  async (message) => {
    const whole = await options.collectParts(message.body, message.applicationProperties)
    if (whole === undefined) return
    const decoded = decodeMessage(whole.body)
    if ('rejection' in decoded) return options.putAside(message, decoded.rejection)
    if (decoded.envelope.to_proxy === options.proxyId) await options.work(decoded)
    await whole.done()
  }
