import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { notConfigured } from './errors.ts'
import { hashText } from './ids.ts'

/** Keeps secrets at rest: AES-256-GCM under a key that is derived from the secret of the deployment. */
export type Seal = {
  /** @param context what the secret is of ("agent:a1"): it opens only there. */
  seal(text: string, context: string): string
  /** @throws GatewayError 503 when no key of this deployment opens it, or the context is another one. */
  open(sealed: string, context: string): string
}

const ALGORITHM = 'aes-256-gcm'
const VERSION = 'v1'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const KEY_ID_CHARACTERS = 8

type Key = { id: string; bytes: Buffer }

const deriveKey = (secret: string): Key => ({
  id: hashText(`seal ${secret}`).slice(0, KEY_ID_CHARACTERS),
  bytes: Buffer.from(hkdfSync('sha256', secret, '', 'agent-gateway seal', KEY_BYTES)),
})

const cannotOpen = (cause?: unknown): Error =>
  notConfigured(
    'AGENT_GATEWAY_SECRET_KEY',
    'A stored secret cannot be opened with the keys of this deployment. Set AGENT_GATEWAY_SECRET_KEY_PREVIOUS to the key it was stored under, use the same key in all deployments that share it, or store the secret again.',
    { cause },
  )

/**
 * @param options.keys the secrets of the deployment: the first seals, each of them opens
 */
export const createSeal = (options: { keys: () => readonly string[] }): Seal => {
  let ring: Key[] | undefined
  const keys = (): Key[] => (ring ??= options.keys().map(deriveKey))

  return {
    seal: (text, context) => {
      const [key] = keys()
      if (key === undefined) throw cannotOpen()
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(Buffer.from(context, 'utf8'))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [VERSION, key.id, Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')].join(
        '.',
      )
    },
    open: (sealed, context) => {
      const [version, id, text = ''] = sealed.split('.')
      const key = keys().find((candidate) => candidate.id === id)
      const bytes = Buffer.from(text, 'base64url')
      if (version !== VERSION || key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw cannotOpen()
      const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(context, 'utf8'))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return (
          decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch (cause) {
        throw cannotOpen(cause)
      }
    },
  }
}
