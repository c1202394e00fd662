import { base64 } from '@scure/base'

const decode = (signature: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return new Uint8Array(base64.decode(signature))
  } catch {
    return undefined
  }
}

/** Whether a base64 signature of a key is over one of some texts. */
export const verifyText = async (
  publicKey: Uint8Array<ArrayBuffer>,
  texts: Iterable<{ text: string }>,
  signature: string,
): Promise<boolean> => {
  const bytes = decode(signature)
  if (bytes === undefined) return false
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  for (const { text } of texts) {
    if (await crypto.subtle.verify('Ed25519', key, bytes, new TextEncoder().encode(text))) return true
  }
  return false
}
