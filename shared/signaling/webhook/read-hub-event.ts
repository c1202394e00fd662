import * as z from 'zod'
import { badRequest, GatewayError } from '../../kernel/errors.ts'
import { parseInput } from '../../kernel/parse.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { HubEvent } from '../hub-event.ts'
import { decodeState } from './decode-state.ts'
import type { WebhookRequest } from './webhook-request.ts'

/** The attributes of an event: CloudEvents 1.0 in binary mode, with the extensions of Web PubSub. */
const Attributes = z.object({
  'ce-hub': z.string().regex(/^agents$/i, 'must be agents'),
  'ce-type': z.enum([
    'azure.webpubsub.sys.connect',
    'azure.webpubsub.sys.disconnected',
    'azure.webpubsub.user.message',
  ]),
  'ce-connectionid': z.string().regex(/^[\w.-]{1,256}$/, 'must be the id of a connection'),
  'ce-id': z.string().min(1).max(256),
})

const Texts = z.array(z.string())
const ConnectBody = z.object({
  query: z.record(z.string(), Texts).nullish(),
  subprotocols: Texts.nullish(),
})
const DisconnectedBody = z.object({ reason: z.string().nullish() })

const readAttributes = (headers: Headers): z.infer<typeof Attributes> => {
  const given = Object.fromEntries(Object.keys(Attributes.shape).map((name) => [name, headers.get(name)]))
  return parseInput(Attributes, given, 'event')
}

/** Percent-encoded, where it is not ASCII (HTTP binding of CloudEvents 1.0, 3.1.3.2). */
const readUser = (headers: Headers): { userId?: string } => {
  const encoded = headers.get('ce-userid')
  if (!encoded) return {}
  try {
    return { userId: decodeURIComponent(encoded) }
  } catch (cause) {
    throw badRequest('ce-userId is not percent-encoded UTF-8.', { cause })
  }
}

const readBody = async <Output>(request: WebhookRequest, schema: z.ZodType<Output>): Promise<Output> => {
  const text = (await request.text()) || '{}'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('invalid_json', 'The body of the event is not JSON.', { cause })
  }
  return parseInput(schema, value, 'event')
}

const readState = (headers: Headers): ConnectionState => decodeState(headers.get('ce-connectionstate'))

/** Nothing of a client's frame decides what a frame is, but whether it was sent as text. */
const isBinary = (headers: Headers): boolean =>
  /^application\/octet-stream\b/i.test(headers.get('content-type') ?? '')

/**
 * Reads an event of the hub `agents`. What it is stands in the headers of the raw request alone; the address is the
 * same for every event of a frame.
 * @throws GatewayError 400
 */
export const readHubEvent = async (request: WebhookRequest): Promise<HubEvent> => {
  const { headers } = request
  const attributes = readAttributes(headers)
  const about = {
    connectionId: attributes['ce-connectionid'],
    eventId: attributes['ce-id'],
    ...readUser(headers),
  }
  switch (attributes['ce-type']) {
    case 'azure.webpubsub.sys.connect': {
      const { query, subprotocols } = await readBody(request, ConnectBody)
      return { kind: 'connect', ...about, query: query ?? {}, subprotocols: subprotocols ?? [] }
    }
    case 'azure.webpubsub.sys.disconnected': {
      const { reason } = await readBody(request, DisconnectedBody)
      return { kind: 'disconnected', ...about, reason: reason ?? '', state: readState(headers) }
    }
    case 'azure.webpubsub.user.message': {
      const text = isBinary(headers) ? undefined : await request.text()
      return { kind: 'message', ...about, text, state: readState(headers) }
    }
  }
}
