import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from '../service/faults.ts'
import type { StorageKind } from './azurite.ts'

/** What Azure Storage answers when it is overloaded, and when it does not let a caller in. */
const ERRORS = {
  unavailable: [
    503,
    'ServerBusy',
    'The server is currently unable to receive requests. Please retry your request.',
  ],
  refuse: [403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.'],
} as const

/** Answers a request as the fault's action says, instead of Azurite. */
export const failRequest = (
  kind: StorageKind,
  action: Exclude<Fault['action'], 'hold'>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void => {
  if (action === 'drop') {
    request.socket.destroy()
    return
  }
  const [status, code, message] = ERRORS[action]
  const isTable = kind === 'table'
  const body = isTable
    ? JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: message } } })
    : `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  request.resume()
  response.writeHead(status, {
    'content-type': isTable ? 'application/json;odata=minimalmetadata' : 'application/xml',
    'x-ms-error-code': code,
  })
  response.end(body)
}
