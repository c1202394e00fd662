import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { lazy } from '../../kernel/lazy.ts'

/** Ids of the calls that the gateway makes of agents: only the agent that was asked can know, and use, the id. */
export type RequestIds = {
  issue(did: string): string
  /** Whether an id was issued for an agent, by any process of this deployment. */
  isOf(did: string, requestId: string): boolean
}

const KEY_BYTES = 32
const SIGNATURE_BYTES = 16

/** A ULID, and a signature over it and the DID. */
const FORM = /^([0-9A-HJKMNP-TV-Z]{26})\.([\w-]{22})$/

/** @param options.createId gives ULIDs. @param options.secretKey of the deployment, may throw GatewayError 503 */
export const createRequestIds = (options: {
  secretKey: () => string
  createId: () => string
}): RequestIds => {
  const key = lazy(() =>
    Buffer.from(hkdfSync('sha256', options.secretKey(), '', 'agent-gateway exec request', KEY_BYTES)),
  )
  const sign = (id: string, did: string): Buffer =>
    createHmac('sha256', key()).update(`${id}.${did}`).digest().subarray(0, SIGNATURE_BYTES)

  return {
    issue: (did) => {
      const id = options.createId()
      return `${id}.${sign(id, did).toString('base64url')}`
    },
    isOf: (did, requestId) => {
      const [, id = '', signature = ''] = FORM.exec(requestId) ?? []
      return id !== '' && timingSafeEqual(Buffer.from(signature, 'base64url'), sign(id, did))
    },
  }
}
