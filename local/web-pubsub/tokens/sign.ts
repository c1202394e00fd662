import { jwtVerify, SignJWT } from 'jose'
import type { LocalClock } from '../../service/clock.ts'
import { RECONNECTION_TOKEN_SECONDS, TOKEN_SKEW_SECONDS } from '../limits.ts'
import type { AccessKeys } from './keys.ts'

export type ClientTokenRequest = {
  audience: string
  userId?: string | undefined
  roles: string[]
  groups: string[]
  minutesToExpire: number
}

export type Signer = {
  /** A token with which a client may connect. */
  signClientToken(request: ClientTokenRequest): Promise<string>
  /** A token with which a reliable client takes its session up again. */
  signReconnectionToken(connectionId: string): Promise<string>
  verifyReconnectionToken(token: string, connectionId: string): Promise<boolean>
}

/** Signs the service's own tokens with the primary key. */
export const createSigner = ({ keys, clock }: { keys: AccessKeys; clock: LocalClock }): Signer => {
  const secret = new TextEncoder().encode(keys.primary)

  const sign = (token: SignJWT, lifeSeconds: number): Promise<string> => {
    const now = Math.floor(clock.now() / 1000)
    return token
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(now)
      .setExpirationTime(now + lifeSeconds)
      .sign(secret)
  }

  return {
    signClientToken: ({ audience, userId, roles, groups, minutesToExpire }) => {
      const token = new SignJWT({ role: roles, 'webpubsub.group': groups }).setAudience(audience)
      if (userId !== undefined) token.setSubject(userId)
      return sign(token, minutesToExpire * 60)
    },
    signReconnectionToken: (connectionId) =>
      sign(new SignJWT().setAudience(connectionId), RECONNECTION_TOKEN_SECONDS),
    verifyReconnectionToken: async (token, connectionId) => {
      try {
        await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          audience: connectionId,
          currentDate: new Date(clock.now()),
          clockTolerance: TOKEN_SKEW_SECONDS,
        })
        return true
      } catch {
        return false
      }
    },
  }
}
