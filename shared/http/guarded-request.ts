import type { IncomingMessage } from 'node:http'
import type * as z from 'zod'
import type { Caller } from '../access/caller.ts'
import { badRequest } from '../kernel/errors.ts'
import { parseInput, rejectInput } from '../kernel/parse.ts'
import { decodeText, parseJsonText, requireJson } from './parse-json-body.ts'
import { readBody } from './read-body.ts'

/**
 * A request as handlers see it. Everything comes from the request that was proxied to this process; nothing from
 * trigger data, which a client can replace.
 */
export type GuardedRequest<Param extends string = string> = {
  method: string
  url: URL
  /** The parameters of the route, fully decoded; an optional one that is absent is ''. */
  params: Readonly<Record<Param, string>>
  query: URLSearchParams
  headers: Headers
  /** Aborts when the client left, or the answer is complete. */
  signal: AbortSignal
  caller: Caller
  correlationId: string
  /**
   * Keeps the invocation alive for work that goes on after the answer, or after the client left; its failure is logged.
   * Such work must not hang on `signal`.
   */
  waitUntil(work: Promise<unknown>): void
  /**
   * The query as an object of texts (without `ticket`), through a schema.
   * @throws GatewayError 400, naming the rule per parameter; also for a parameter that comes twice.
   */
  parseQuery<Output>(schema: z.ZodType<Output>): Output
  /** The body as JSON, through a schema. @throws GatewayError 400, 413, 415. */
  json<Output>(schema: z.ZodType<Output>): Promise<Output>
  /** The body as UTF-8 text. @throws GatewayError 400, 413. */
  text(): Promise<string>
  /** The body. @throws GatewayError 413. */
  bytes(): Promise<Uint8Array>
}

/** Headers of the raw request, with every repetition. */
export const readHeaders = (raw: IncomingMessage): Headers => {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(raw.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/** Where the client sent the request, by the host's proxy headers. @throws GatewayError 400 when it is no address. */
export const readUrl = (raw: IncomingMessage, headers: Headers): URL => {
  const origin = `${headers.get('x-forwarded-proto') ?? 'http'}://${headers.get('x-forwarded-host') ?? headers.get('host') ?? 'localhost'}`
  const address = `${origin}${raw.url ?? '/'}`
  if (!URL.canParse(address))
    throw badRequest('The address of the request is not a URL. Check the host and the path.')
  return new URL(address)
}

const queryObject = (query: URLSearchParams): Record<string, string> => {
  const names = new Set([...query.keys()].filter((name) => name !== 'ticket'))
  const repeated = [...names].filter((name) => query.getAll(name).length > 1)
  if (repeated.length > 0) {
    throw rejectInput(
      'query',
      repeated.map((field) => ({ field, rule: 'must be given once' })),
    )
  }
  return Object.fromEntries([...names].map((name) => [name, query.get(name) ?? '']))
}

type Parts<Param extends string> = Pick<
  GuardedRequest<Param>,
  'url' | 'params' | 'headers' | 'signal' | 'caller' | 'correlationId' | 'waitUntil'
>

/** Puts a request together; its body is read when it is first asked for, once. */
export const createGuardedRequest = <Param extends string>(
  raw: IncomingMessage,
  parts: Parts<Param>,
  limits: { maxBodyBytes: number },
): GuardedRequest<Param> => {
  let body: Promise<Buffer> | undefined
  const bytes = (): Promise<Buffer> => (body ??= readBody(raw, limits.maxBodyBytes))
  const text = async (): Promise<string> => decodeText(await bytes())
  const query = parts.url.searchParams
  return {
    ...parts,
    method: raw.method ?? 'GET',
    query,
    parseQuery: (schema) => parseInput(schema, queryObject(query), 'query'),
    json: async (schema) => {
      requireJson(parts.headers.get('content-type'))
      return parseInput(schema, parseJsonText(await text()), 'body')
    },
    text,
    bytes,
  }
}
