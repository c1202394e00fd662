import type { JWTPayload } from 'jose'

const texts = (claim: unknown): string[] =>
  (Array.isArray(claim) ? claim : claim === undefined || claim === null ? [] : [claim]).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  )

/** What a client token says about its bearer. Azure takes one value or a list for every claim. */
export const readClientClaims = (
  payload: JWTPayload,
): { userId: string | null; roles: string[]; groups: string[] } => ({
  userId: payload.sub ?? null,
  roles: texts(payload['role']),
  groups: texts(payload['webpubsub.group']),
})

/** All claims as the `connect` event carries them: each a list of texts. */
export const listClaims = (payload: JWTPayload): Record<string, string[]> =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, texts(value)]))
