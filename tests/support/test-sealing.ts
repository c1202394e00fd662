import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Sealing } from '../../shared/a2a/push/config-keeper.ts'

const KEY = randomBytes(32)

/** Seals with AES-256-GCM under a key of this process; the context must be the same to open. */
export const testSealing: Sealing = {
  seal: (text, context) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', KEY, nonce).setAAD(Buffer.from(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  },
  open: (sealed, context) => {
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(0, 12))
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  },
}
