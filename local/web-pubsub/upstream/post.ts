import { Agent, request as requestHttp, type ClientRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'

export type Post = {
  url: string
  headers: Readonly<Record<string, string>>
  body: string | Buffer
  /** Is given the request, to destroy it with the reason when the answer is not waited for any longer. */
  onRequest(request: ClientRequest): void
}

export type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer }

/** Connections are kept: a call costs half of what it costs by `fetch`, and every frame of a simple client is one. */
const agents = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) }

const attempt = ({
  url,
  headers,
  body,
  onRequest,
}: Post): { request: ClientRequest; reply: Promise<Reply> } => {
  const isSecure = url.toLowerCase().startsWith('https:')
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  }
  const request = isSecure
    ? requestHttps(url, { ...options, agent: agents.https })
    : requestHttp(url, { ...options, agent: agents.http })
  onRequest(request)
  const reply = new Promise<Reply>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
  })
  request.end(body)
  return { request, reply }
}

/** The other side closed a kept connection just when it was used again. */
const wasStale = (request: ClientRequest, error: unknown): boolean =>
  request.reusedSocket && error instanceof Error && 'code' in error && error.code === 'ECONNRESET'

/** Posts a body and reads the whole answer. Rejects when there is none. */
export const post = async (what: Post): Promise<Reply> => {
  for (;;) {
    const { request, reply } = attempt(what)
    try {
      return await reply
    } catch (error) {
      if (!wasStale(request, error)) throw error
    }
  }
}
