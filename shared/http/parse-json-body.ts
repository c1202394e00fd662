import { badRequest, GatewayError } from '../kernel/errors.ts'

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/** @throws GatewayError 415 when a body is not declared as JSON. */
export const requireJson = (contentType: string | null): void => {
  if (contentType !== null && JSON_TYPE.test(contentType.trim())) return
  const sent = contentType === null ? 'has no Content-Type' : `is declared as "${contentType}"`
  throw new GatewayError(
    'unsupported_media_type',
    `This route takes JSON, but the body ${sent}. Send it with "Content-Type: application/json".`,
  )
}

/** @throws GatewayError 400 when the bytes are not UTF-8. */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw badRequest('The body is not UTF-8 text. Send it in UTF-8.', { cause })
  }
}

/** @throws GatewayError 400 `invalid_json`. */
export const parseJsonText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = text === '' ? 'it is empty' : 'it does not parse'
    throw new GatewayError('invalid_json', `The body is not JSON: ${reason}. Send one JSON value.`, { cause })
  }
}
