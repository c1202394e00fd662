import { ClientError } from './client-error.ts'
import type { Connection, ConnectOptions, IceCandidate } from './connection.ts'
import { discover } from './discover.ts'
import { readGatewayUrl } from './http/gateway-url.ts'
import { openKey } from './identity/open-key.ts'
import type { Message } from './messages.ts'
import type { Platform } from './platform.ts'
import { Outbox } from './serve/outbox.ts'
import { createServe } from './serve/create-serve.ts'
import { createOpenGatewayLink } from './session/open-gateway-link.ts'
import { Session } from './session/session.ts'
import { watch } from './watch/watch.ts'

const PING_SECONDS = 60
const REPLY_MS = 15_000
const ANSWER_SECONDS = 30

const toPayload = ({
  candidate = '',
  sdpMid,
  sdpMLineIndex,
}: IceCandidate): Message<'ICE_CANDIDATE'>['payload'] => ({
  candidate,
  sdp_mid: sdpMid ?? null,
  sdp_mline_index: sdpMLineIndex ?? null,
})

/** What a connection sends to other agents. */
const createSending = (
  session: Session,
  { uuid }: Platform,
): Pick<Connection, 'offer' | 'answer' | 'ice' | 'send'> => {
  const send: Connection['send'] = async (...[type, to, payload, options]) => {
    const id = uuid()
    const said = { type, to, payload, id, correlationId: options?.correlationId }
    if (options?.confirmed !== true) return session.write(said).then(() => id)
    return new Promise<string>((resolve, reject) => {
      const forget = session.onRefused(id, reject)
      const passed = session.write(said).then(() => session.ping())
      void passed.then(() => resolve(id), reject).finally(forget)
    })
  }
  return {
    send,
    answer: (to, sdp, options) => send('ANSWER', to, { sdp }, options),
    ice: (to, candidate, options) => send('ICE_CANDIDATE', to, toPayload(candidate), options),
    offer: async (to, sdp, { timeoutSeconds = ANSWER_SECONDS } = {}) => {
      const timeoutMs = timeoutSeconds * 1000
      const answer = await session.ask({ type: 'OFFER', to, payload: { sdp }, answer: 'ANSWER', timeoutMs })
      if (answer.type === 'ANSWER') return answer
      throw new ClientError('timeout', 'No ANSWER came.')
    },
  }
}

/** Says good-bye, so that others know at once, and hangs up. */
const close = async (session: Session, { uuid }: Platform): Promise<void> => {
  const farewell = { type: 'UNREGISTER', to: session.did, payload: {}, id: uuid() } as const
  if (session.isRegistered) await session.write(farewell).catch(() => undefined)
  session.end()
}

/** Connects an agent with the gateway in given surroundings. @throws ClientError as `connect` says */
export const createConnection = async (options: ConnectOptions, platform: Platform): Promise<Connection> => {
  const { apiKey, resolveKey, gatewayDid, pingSeconds = PING_SECONDS } = options
  const url = readGatewayUrl(options.url)
  const http = { http: url.http, apiKey, platform }
  const session = new Session({
    signer: await openKey(options.key),
    openLink: createOpenGatewayLink({ url, apiKey, platform }),
    resolveKey,
    gatewayDid,
    pingMs: pingSeconds * 1000,
    replyMs: REPLY_MS,
    platform,
  })
  const outbox = new Outbox(session, platform)
  await session.open()
  return {
    did: session.did,
    get gatewayDid() {
      return session.gatewayDid
    },
    register: (registration = {}) => session.register(registration),
    discover: (filter) => discover(http, filter),
    ...createSending(session, platform),
    on: session.events.on,
    serve: createServe({ session, outbox, platform }),
    watch: (taskId, watching = {}) => watch(taskId, watching, { http, platform }),
    close: () => close(session, platform),
  }
}
