import type { JWTPayload } from 'jose'
import type { ServiceContext } from '../context.ts'
import type { Dialect } from '../hubs/connection.ts'
import { type Grants, readGrants, RoleError } from '../hubs/grants.ts'
import { isGroupName } from '../hubs/group-name.ts'
import { readClientClaims } from '../tokens/claims.ts'
import { readBearer, TokenError } from '../tokens/verify.ts'
import { clientAudiences, type Handshake } from './handshake.ts'
import { HandshakeError } from './refuse.ts'
import { newConnectionId, type Admission } from './session.ts'

const DIALECTS: Record<string, Dialect> = {
  'json.webpubsub.azure.v1': 'json',
  'json.reliable.webpubsub.azure.v1': 'reliable',
}

/** Sub-protocols that Azure has and this service has not. */
const ABSENT = /^(protobuf\.(reliable\.)?webpubsub\.azure\.v1|mqtt)$/

const readToken = async (context: ServiceContext, handshake: Handshake): Promise<JWTPayload | undefined> => {
  const token = handshake.url.searchParams.get('access_token') ?? readBearer(handshake.headers.authorization)
  if (token !== undefined) return context.verifiers.verifyKeyToken(token, clientAudiences(handshake))
  if (context.hubs.settings(handshake.hub.name).anonymousConnectPolicy === 'allow') return undefined
  throw new HandshakeError(401, 'No access_token, and the hub does not let anonymous clients in.')
}

/** Without a word of the event handler: the first that the service speaks, else a simple client without any. */
const chooseSubprotocol = (offered: readonly string[]): string | undefined => {
  const known = offered.find((name) => name in DIALECTS)
  if (known !== undefined) return known
  const absent = offered.find((name) => ABSENT.test(name))
  if (absent !== undefined) {
    throw new HandshakeError(
      400,
      `The local service does not speak ${absent}. Use ${Object.keys(DIALECTS).join(' or ')}.`,
    )
  }
  return undefined
}

const grantsOf = (roles: readonly string[]): Grants => {
  try {
    return readGrants(roles)
  } catch (error) {
    throw error instanceof RoleError ? new HandshakeError(400, error.message) : error
  }
}

const checkGroups = (groups: readonly string[]): readonly string[] => {
  if (groups.every(isGroupName)) return groups
  throw new HandshakeError(400, 'A group of the client is not a group name: 1 to 1024 characters.')
}

/**
 * Decides whether a client may connect and as what.
 * @throws HandshakeError with the status that the client sees.
 */
export const admit = async (context: ServiceContext, handshake: Handshake): Promise<Admission> => {
  const payload = await readToken(context, handshake).catch((error: unknown) => {
    throw error instanceof TokenError ? new HandshakeError(401, error.message) : error
  })
  const { userId, roles, groups } = readClientClaims(payload ?? {})
  const subprotocol = chooseSubprotocol(handshake.subprotocols)
  const identity = {
    id: newConnectionId(),
    hub: handshake.hub.name,
    userId,
    dialect: DIALECTS[subprotocol ?? ''] ?? 'simple',
    subprotocol,
  }
  return { identity, grants: grantsOf(roles), groups: checkGroups(groups) }
}
