import type { A2aRequest } from '../a2a-request.ts'
import type { SurfaceRequest } from './surface-request.ts'

const TRAVELLING = /^(?:a2a-.+|x-a2a-extensions|traceparent|tracestate|accept|content-type)$/

/** An event id of this gateway is a seq; what else a client sends is none of ours. */
const SEQ = /^\d{1,15}$/

/** Who calls, as an agent is told: the authenticated subject, which nobody can forge, else what the client says. */
const nameOf = ({ caller, headers }: SurfaceRequest): string => {
  const name = caller.kind === 'key' ? caller.name : headers.get('x-from-agent') || 'proxy'
  // The name of a key is any text; a header is not.
  return name.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent)
}

/** What a request says beside its body: what travels to the agent, and what the router goes by. */
export const readCaller = (
  request: SurfaceRequest,
): Pick<
  A2aRequest,
  'subject' | 'headers' | 'credentials' | 'idempotencyKey' | 'lastEventId' | 'signal' | 'waitUntil'
> => {
  const { headers, caller, signal, waitUntil } = request
  const travelling = [...headers].filter(([name]) => TRAVELLING.test(name))
  const credentials = headers.get('x-agent-authorization')
  const idempotencyKey = headers.get('idempotency-key')
  const lastEventId = headers.get('last-event-id') ?? ''
  return {
    subject: caller.name,
    headers: { ...Object.fromEntries(travelling), 'x-from-agent': nameOf(request) },
    ...(credentials ? { credentials } : {}),
    ...(idempotencyKey ? { idempotencyKey } : {}),
    ...(SEQ.test(lastEventId) ? { lastEventId: Number(lastEventId) } : {}),
    signal,
    waitUntil,
  }
}
