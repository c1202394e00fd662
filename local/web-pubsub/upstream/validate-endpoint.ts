import type { LocalClock } from '../../service/clock.ts'
import { UPSTREAM_VALIDATION_LIFE_MS, UPSTREAM_VALIDATION_TIMEOUT_MS } from '../limits.ts'
import { reasonOf, UnreachableError } from './unreachable-error.ts'

/** Under what names the event handler may allow this service, and which it is told. */
export type Origin = { name: string; accepted: readonly string[] }

/** Says why an endpoint may not be called; undefined when it allows it. @throws UnreachableError when it cannot say. */
export type ValidateEndpoint = (url: string) => Promise<string | undefined>

/** This machine has several names; an event handler may know the service by any of them, with port or without. */
export const originOf = ({ host, port }: { host: string; port: number }): Origin => {
  const names = ['localhost', '127.0.0.1', '[::1]', host]
  return {
    name: host === '0.0.0.0' || host === '::' ? 'localhost' : host,
    accepted: ['*', ...names, ...names.map((name) => `${name}:${port}`)],
  }
}

const ask = async (url: string, origin: Origin): Promise<string | undefined> => {
  const options = {
    headers: { 'webhook-request-origin': origin.name, 'ce-awpsversion': '1.0' },
    signal: AbortSignal.timeout(UPSTREAM_VALIDATION_TIMEOUT_MS),
  }
  const offered = await fetch(url, { ...options, method: 'OPTIONS' })
  const answer = offered.status === 404 ? await fetch(url, options) : offered
  await answer.body?.cancel()
  if (answer.status >= 500)
    throw new UnreachableError(`it answered ${answer.status} to the validation request`)
  if (!answer.ok) return `${url} answered ${answer.status} to the validation request.`
  const allowed = (answer.headers.get('webhook-allowed-origin') ?? '').split(',').map((name) => name.trim())
  if (allowed.some((name) => origin.accepted.includes(name.toLowerCase()))) return undefined
  return `${url} did not allow ${origin.name} in its WebHook-Allowed-Origin header.`
}

/**
 * The abuse protection of CloudEvents: an endpoint is only called when it says that it wants to be. The consent is good
 * for a minute; a refusal is not remembered, so that an event handler which starts late is found at once.
 */
export const createEndpointValidation = (options: {
  clock: LocalClock
  origin: () => Origin
}): ValidateEndpoint => {
  const { clock, origin } = options
  const allowedUntil = new Map<string, number>()
  const asking = new Map<string, Promise<string | undefined>>()

  const validate = async (url: string): Promise<string | undefined> => {
    try {
      const refusal = await ask(url, origin())
      if (refusal === undefined) allowedUntil.set(url, clock.now() + UPSTREAM_VALIDATION_LIFE_MS)
      return refusal
    } catch (error) {
      throw new UnreachableError(`it could not be reached: ${reasonOf(error)}`)
    } finally {
      asking.delete(url)
    }
  }

  return async (url) => {
    if ((allowedUntil.get(url) ?? 0) > clock.now()) return undefined
    const asked = asking.get(url) ?? validate(url)
    asking.set(url, asked)
    return asked
  }
}
