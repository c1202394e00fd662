import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { lazy } from '../../kernel/lazy.ts'

/** Values that only this gateway can have issued, and only a short while ago. It keeps nothing of them. */
export type Nonces = {
  /** `expiresAt`: milliseconds since the epoch. */
  issue(): { nonce: string; expiresAt: number }
  /** Whether a text is a nonce that is not over yet. */
  verify(nonce: string): boolean
}

const LIFETIME_MS = 5 * 60_000
const RANDOM_BYTES = 16
const KEY_BYTES = 32

const FORM = /^((\d{1,15})\.[\w-]{22})\.([\w-]{43})$/

/** @param options.secretKey of the deployment; each of its instances takes the nonces of the others */
export const createNonces = (options: { secretKey: () => string; clock: Clock }): Nonces => {
  const { secretKey, clock } = options
  const key = lazy(() =>
    Buffer.from(hkdfSync('sha256', secretKey(), '', 'agent-gateway signaling nonce', KEY_BYTES)),
  )
  const sign = (head: string): string => createHmac('sha256', key()).update(head).digest('base64url')

  return {
    issue: () => {
      const expiresAt = clock.now() + LIFETIME_MS
      const head = `${expiresAt}.${randomBytes(RANDOM_BYTES).toString('base64url')}`
      return { nonce: `${head}.${sign(head)}`, expiresAt }
    },
    verify: (nonce) => {
      const [, head = '', expiresAt, signature = ''] = FORM.exec(nonce) ?? []
      const presented = Buffer.from(signature)
      const expected = Buffer.from(sign(head))
      const isOurs = presented.length === expected.length && timingSafeEqual(presented, expected)
      return isOurs && clock.now() < Number(expiresAt)
    },
  }
}
