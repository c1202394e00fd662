import { ClientError } from '../client-error.ts'
import type { Platform } from '../platform.ts'

/** What a request needs besides its path. */
export type HttpOptions = { http: string; apiKey?: string | undefined; platform: Pick<Platform, 'fetch'> }

/** What is used of a schema: the types of this library speak of no other one. */
type Form<Output> = {
  safeParse(value: unknown): { success: true; data: Output } | { success: false; data?: undefined }
}

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

/** Asks the gateway for JSON of a form. @throws ClientError `http`, with the status when there was an answer */
export const requestJson = async <Output>(
  { http, apiKey, platform }: HttpOptions,
  form: Form<Output>,
  asked: { path: string; method?: string; body?: unknown; signal?: AbortSignal | undefined },
): Promise<Output> => {
  const { path, method = 'GET', body, signal } = asked
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
  const { success, data } = form.safeParse(answer)
  if (response.ok && success) return data
  const { status } = response
  const why = response.ok ? 'not what a gateway answers. Look at the address.' : messageOf(answer)
  const words = `${method} ${path} was answered with ${status}: ${why}`
  throw new ClientError('http', words, { details: { status, body: answer } })
}
