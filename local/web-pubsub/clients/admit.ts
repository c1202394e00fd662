import type { JWTPayload } from 'jose'
import type { ServiceContext } from '../context.ts'
import type { Dialect } from '../hubs/connection.ts'
import { type Grants, readGrants, RoleError } from '../hubs/grants.ts'
import { isGroupName } from '../hubs/group-name.ts'
import { listClaims, readClientClaims } from '../tokens/claims.ts'
import { readBearer, TokenError } from '../tokens/verify.ts'
import { UpstreamError } from '../upstream/call-handler.ts'
import type { ConnectAnswer } from '../upstream/create-upstream.ts'
import type { EventSubject } from '../upstream/event-headers.ts'
import { clientAudiences, listHeaders, listQuery, type Handshake } from './handshake.ts'
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

const askHandler = async (
  context: ServiceContext,
  {
    handshake,
    subject,
    payload,
  }: { handshake: Handshake; subject: EventSubject; payload: JWTPayload | undefined },
): Promise<ConnectAnswer> => {
  const { url, headers, subprotocols } = handshake
  try {
    const answer = await context.upstream.connect(subject, {
      claims: listClaims(payload ?? {}),
      query: listQuery(url),
      headers: listHeaders(headers),
      subprotocols,
    })
    return answer ?? { reply: {}, state: undefined }
  } catch (error) {
    throw error instanceof UpstreamError ? new HandshakeError(error.status, error.message) : error
  }
}

/** The sub-protocol that the event handler chose, if it is one of the client's. */
const checkChoice = (chosen: string, { subprotocols }: Handshake): string => {
  if (subprotocols.includes(chosen)) return chosen
  throw new HandshakeError(
    500,
    `The event handler chose sub-protocol '${chosen}', which the client did not offer.`,
  )
}

/** The group of a simple client that connects with webpubsub_mode=sendToGroup. */
const readPublishing = ({ url }: Handshake): { group: string; noEcho: boolean } | undefined => {
  const mode = url.searchParams.get('webpubsub_mode') ?? 'sendEvent'
  if (mode.toLowerCase() === 'sendevent') return undefined
  const group = url.searchParams.get('group') ?? ''
  if (mode.toLowerCase() !== 'sendtogroup' || !isGroupName(group)) {
    throw new HandshakeError(400, 'webpubsub_mode is sendEvent, or sendToGroup with a parameter group.')
  }
  return { group, noEcho: url.searchParams.get('noEcho')?.toLowerCase() === 'true' }
}

/**
 * Decides whether a client may connect and as what: by its token, then by the event handler.
 * @throws HandshakeError with the status that the client sees.
 */
export const admit = async (context: ServiceContext, handshake: Handshake): Promise<Admission> => {
  const payload = await readToken(context, handshake).catch((error: unknown) => {
    throw error instanceof TokenError ? new HandshakeError(401, error.message) : error
  })
  const claimed = readClientClaims(payload ?? {})
  const subject = { connectionId: newConnectionId(), hub: handshake.hub.name, userId: claimed.userId }
  const { reply, state } = await askHandler(context, { handshake, subject, payload })
  const chosen = reply.subprotocol ?? ''
  const subprotocol =
    chosen === '' ? chooseSubprotocol(handshake.subprotocols) : checkChoice(chosen, handshake)
  const dialect = DIALECTS[subprotocol ?? ''] ?? 'simple'
  return {
    identity: {
      id: subject.connectionId,
      hub: subject.hub,
      userId: reply.userId ?? claimed.userId,
      dialect,
      subprotocol,
      publishesTo: dialect === 'simple' ? readPublishing(handshake) : undefined,
    },
    grants: grantsOf([...claimed.roles, ...(reply.roles ?? [])]),
    groups: checkGroups([...claimed.groups, ...(reply.groups ?? [])]),
    state,
  }
}
