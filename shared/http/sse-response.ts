import type { BodyStream, GatewayResponse, ResponseHeaders } from './gateway-response.ts'

/** An answer of server-sent events; the stream gives encoded frames. */
export const sseResponse = (stream: BodyStream, headers: ResponseHeaders = {}): GatewayResponse => ({
  status: 200,
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // nginx and others that honour it hand on every piece at once.
    'x-accel-buffering': 'no',
    ...headers,
  },
  stream,
})
