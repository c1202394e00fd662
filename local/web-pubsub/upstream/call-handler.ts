import type { LocalClock } from '../../service/clock.ts'
import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import type { EventHandler } from '../config.ts'
import type { HubRegistry } from '../hubs/hub-registry.ts'
import type { IssueToken } from '../tokens/identity.ts'
import type { AccessKeys } from '../tokens/keys.ts'
import { chooseHandler, handlerUrl, type EventName } from './choose-handler.ts'
import { eventHeaders, type EventSubject } from './event-headers.ts'
import { postEvent, type EventReply } from './post-event.ts'
import { UnreachableError } from './unreachable-error.ts'
import { createEndpointValidation, type Origin } from './validate-endpoint.ts'

/** An event that its handler did not take. `status` is what the handler answered, 500 when it gave no answer. */
export class UpstreamError extends Error {
  override name = 'UpstreamError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type UpstreamOptions = {
  clock: LocalClock
  faults: Faults
  meter: Meter
  hubs: HubRegistry
  keys: AccessKeys
  /** The identity of the service, where it has one. */
  issueToken: IssueToken | undefined
  /** Known when the service listens. */
  origin: () => Origin
  /** Where failures go that no client sees. */
  log: (line: string) => void
}

export type UpstreamEvent = {
  name: EventName
  contentType: string
  body: string | Buffer
  signal?: AbortSignal | undefined
}

/** Calls the handler of an event. Answers undefined when no handler wants it; throws UpstreamError. */
export type CallHandler = (subject: EventSubject, event: UpstreamEvent) => Promise<EventReply | undefined>

const asUpstreamError = (url: string, error: unknown): unknown =>
  error instanceof UnreachableError ? new UpstreamError(500, `${url}: ${error.message}.`) : error

export const createHandlerCall = (options: UpstreamOptions): CallHandler => {
  const refusalOf = createEndpointValidation(options)
  const authorize = async ({ auth }: EventHandler): Promise<Record<string, string>> => {
    if (auth?.type !== 'ManagedIdentity' || options.issueToken === undefined) return {}
    return { authorization: `Bearer ${await options.issueToken(auth.managedIdentity.resource)}` }
  }
  return async (subject, { name, contentType, body, signal }) => {
    const { hub } = subject
    const handler = chooseHandler(options.hubs.settings(hub).eventHandlers, name)
    if (handler === undefined) return undefined
    const validate = async (): Promise<void> => {
      const refusal = await refusalOf(handlerUrl(handler.urlTemplate, { hub, event: 'validate' }))
      if (refusal !== undefined) throw new UpstreamError(500, refusal)
    }
    const url = handlerUrl(handler.urlTemplate, { hub, event: name.name })
    const about = eventHeaders(name, subject, { ...options, origin: options.origin().name })
    const headers = { ...about, 'content-type': contentType, ...(await authorize(handler)) }
    const request = { url, hub, event: name.name, headers, body, validate, signal }
    const reply = await postEvent(options, request).catch((error: unknown) => {
      throw asUpstreamError(url, error)
    })
    if (reply.status >= 200 && reply.status < 300) return reply
    const reason = reply.body.toString('utf8') || `The event handler ${url} answered ${reply.status}.`
    throw new UpstreamError(reply.status < 400 ? 500 : reply.status, reason)
  }
}
