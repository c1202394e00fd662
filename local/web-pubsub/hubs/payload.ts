/**
 * The data of a message, held in the form in which it travels: `json` is serialised text, so that a message which
 * passes through is never parsed and written again.
 */
export type Payload =
  | { dataType: 'text'; text: string }
  | { dataType: 'json'; json: string }
  | { dataType: 'binary' | 'protobuf'; bytes: Buffer }

/** The payload as a WebSocket frame of a simple client, or as the body of an HTTP request. */
export const payloadBody = (payload: Payload): string | Buffer => {
  if (payload.dataType === 'text') return payload.text
  return payload.dataType === 'json' ? payload.json : payload.bytes
}

/** The members `dataType` and `data` of a JSON frame; binary data is base64 there. */
export const payloadMembers = (payload: Payload): string => {
  if (payload.dataType === 'json') return `"dataType":"json","data":${payload.json}`
  const data = payload.dataType === 'text' ? payload.text : payload.bytes.toString('base64')
  return `"dataType":"${payload.dataType}","data":${JSON.stringify(data)}`
}

const contentTypes = {
  text: 'text/plain',
  json: 'application/json',
  binary: 'application/octet-stream',
  protobuf: 'application/x-protobuf',
} as const

export const payloadContentType = (payload: Payload): string => contentTypes[payload.dataType]

/**
 * Reads a body by its content type; undefined when the type is none that a message can have.
 * @throws SyntaxError when a JSON body is not JSON.
 */
export const readPayload = (contentType: string | undefined, body: Buffer): Payload | undefined => {
  switch ((contentType ?? 'text/plain').split(';')[0]?.trim().toLowerCase()) {
    case 'text/plain':
      return { dataType: 'text', text: body.toString('utf8') }
    case 'application/json': {
      const json = body.toString('utf8')
      JSON.parse(json)
      return { dataType: 'json', json }
    }
    case 'application/octet-stream':
      return { dataType: 'binary', bytes: body }
    case 'application/x-protobuf':
      return { dataType: 'protobuf', bytes: body }
    default:
      return undefined
  }
}
