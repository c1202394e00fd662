import type { TokenCredential } from '@azure/identity'
import { APP_OBJECT_ID } from './use-identity-cloud.ts'
import type { Claims, Entra } from './start-entra.ts'

/** The identity of a program, with the tokens that it is given; `wrong` replaces what they should say. */
export const credential = (entra: Pick<Entra, 'sign'>, wrong: Partial<Claims> = {}): TokenCredential => ({
  getToken: async (scopes) => {
    const aud = String(scopes).replace(/\/\.default$/, '')
    const token = await entra.sign({ aud, oid: APP_OBJECT_ID, ...wrong })
    return { token, expiresOnTimestamp: Date.now() + 3_600_000 }
  },
})
