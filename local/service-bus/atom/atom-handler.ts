import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import type { Administration } from './administration.ts'
import { answer } from './answer.ts'
import { MAX_BODY_BYTES } from './limits.ts'
import { errorReply, type Reply } from './reply.ts'

export type AtomHandlerOptions = {
  administration: Administration
  /**
   * Whether an Authorization header (`SharedAccessSignature …` or `Bearer …`) may do this.
   * @param url The address as the client signed it, with scheme, host and query.
   */
  authorize(header: string, url: string): boolean | Promise<boolean>
  /** Operation `manage`, target: the path without its leading slash. */
  faults?: Faults
  /** Counts `manage`. */
  meter?: Meter
}

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(part)
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8')
}

const urlOf = (request: IncomingMessage): URL => {
  const scheme = 'encrypted' in request.socket ? 'https' : 'http'
  return new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? 'localhost'}`)
}

const faultReply = async (faults: Faults | undefined, url: URL): Promise<Reply | 'drop' | undefined> => {
  if (faults === undefined || faults.idle) return undefined
  const hit = await faults.hit('manage', decodeURIComponent(url.pathname.slice(1)))
  if (hit === 'unavailable') return errorReply(503, 'The server is busy. Please retry the operation.')
  if (hit === 'refuse') return errorReply(500, 'The operation was refused by a fault that was asked for.')
  return hit
}

const respond = async (options: AtomHandlerOptions, request: IncomingMessage): Promise<Reply | 'drop'> => {
  const url = urlOf(request)
  // The body is read in any case: an answer before its end would cut off a client that is still sending.
  const body = await readBody(request)
  const fault = await faultReply(options.faults, url)
  if (fault !== undefined) return fault
  const header = request.headers.authorization
  if (header === undefined) return errorReply(401, 'MissingToken: The authorization header was not provided.')
  if (!(await options.authorize(header, url.href))) {
    return errorReply(401, 'InvalidSignature: The token has an invalid signature or has expired.')
  }
  if (body === undefined) return errorReply(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`)
  options.meter?.count('manage')
  return answer(options.administration, {
    method: request.method ?? 'GET',
    url,
    ifMatch: request.headers['if-match'],
    body,
  })
}

/**
 * The handler of the management endpoint: the Atom protocol that ServiceBusAdministrationClient of all languages
 * speaks (api-version 2021-05), over HTTP or HTTPS.
 */
export const createAtomHandler =
  (options: AtomHandlerOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const send = ({ status, contentType, body }: Reply): void => {
      response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType }).end(body)
    }
    respond(options, request).then(
      (reply) => (reply === 'drop' ? request.socket.destroy() : send(reply)),
      (error: unknown) => {
        if (request.socket.destroyed) return
        send(
          errorReply(
            500,
            `The broker failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          ),
        )
      },
    )
  }
