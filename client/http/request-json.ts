import { ClientError } from '../client-error.ts'
import type { Platform } from '../platform.ts'

/** What a request needs besides its path. */
export type HttpOptions = { http: string; apiKey?: string | undefined; platform: Pick<Platform, 'fetch'> }

const readBody = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** `message` of the body that the gateway sends with an error. */
const messageOf = (body: unknown): string => {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  const isError = typeof error === 'object' && error !== null && 'message' in error
  return isError && typeof error.message === 'string' ? error.message : 'without a word'
}

/** Asks the gateway for JSON. @throws ClientError `http`, with the status when there was an answer */
export const requestJson = async (
  { http, apiKey, platform }: HttpOptions,
  path: string,
  init: { method?: string; body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<unknown> => {
  const { method = 'GET', body, signal } = init
  const headers = {
    accept: 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const request = {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }
  const response = await platform.fetch(`${http}${path}`, request).catch((cause: unknown) => {
    throw new ClientError('http', `The gateway at ${http} cannot be reached.`, { cause })
  })
  const answer = await readBody(response)
  if (response.ok && answer !== undefined) return answer
  const { status } = response
  const words = `${method} ${path} was answered with ${status}: ${messageOf(answer)}`
  throw new ClientError('http', words, { details: { status, body: answer } })
}
