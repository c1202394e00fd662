import type { Clock } from '../kernel/clock.ts'
import type { Config } from '../kernel/config.ts'
import { forbidden, notConfigured, unauthorized } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { findApiKey } from './api-keys.ts'
import { readBearer } from './bearer.ts'
import { type Caller, developmentCaller } from './caller.ts'
import { grants } from './scopes.ts'
import { createTickets, type Tickets } from './tickets.ts'

/** What a request shows. `ticket` only where the route takes one for that stream. */
export type Credentials = {
  authorization: string | null
  ticket?: { value: string; stream: string } | undefined
}

export type Access = {
  /**
   * Finds out who calls.
   * @throws GatewayError 401 `auth_required` or `invalid_credentials`; 503 while the gateway has no key.
   */
  identify(credentials: Credentials): Promise<Caller>
  /** @throws GatewayError 403 `insufficient_scope` when the caller lacks one of the scopes. */
  authorize(caller: Caller, scopes: readonly string[]): void
  tickets: Tickets
}

const NO_KEY =
  'This gateway has no usable API key, so it refuses every call but health and agent cards. Add one under auth.api_keys in workspace/gateway.yaml, or set AGENT_GATEWAY_AUTH__API_KEYS__0__NAME and AGENT_GATEWAY_AUTH__API_KEYS__0__KEY, and restart. /health says what is wrong.'

/** A broken access section must not open the gateway: whoever wrote it meant to close it. */
const isAccessBroken = (config: Config): boolean =>
  config.problems.some(({ setting }) => /^(gateway\.yaml|auth\b.*|AGENT_GATEWAY_AUTH__.*)$/.test(setting))

/** Decides who calls and what they may do, by the configured API keys and by tickets. */
export const createAccess = (options: { config: Config; clock: Clock; log: Log }): Access => {
  const { config, clock, log } = options
  const keys = config.auth.api_keys
  const isOpen = config.environment === 'development' && keys.length === 0 && !isAccessBroken(config)
  const tickets = createTickets({
    secret: config.secretKey,
    clock,
    minutes: config.streams.ticket_minutes,
  })
  if (isOpen) log.warn('No API key is configured and this is a development machine: every call is allowed.')
  if (config.usesDevelopmentSecret) {
    log.warn(
      'AGENT_GATEWAY_SECRET_KEY is not set: tickets are signed with a development secret that everyone knows.',
    )
  }

  const identify = async ({ authorization, ticket }: Credentials): Promise<Caller> => {
    if (keys.length === 0 && !isOpen) throw notConfigured('auth.api_keys', NO_KEY)
    if (ticket !== undefined && authorization === null) {
      const opens = tickets.verify(ticket.value, ticket.stream)
      return { kind: 'ticket', name: 'ticket', scopes: [], ...(opens === undefined ? {} : { opens }) }
    }
    if (isOpen) return developmentCaller
    const presented = readBearer(authorization)
    if (presented === undefined) {
      throw unauthorized(
        'auth_required',
        'This call needs an API key. Send it as "Authorization: Bearer KEY".',
      )
    }
    const key = findApiKey(keys, presented)
    if (key === undefined) {
      throw unauthorized(
        'invalid_credentials',
        'The API key is not one of this gateway. Check it, or ask its operator for one.',
      )
    }
    return { kind: 'key', name: key.name, scopes: key.scopes }
  }

  const authorize = (caller: Caller, scopes: readonly string[]): void => {
    const missing = scopes.filter((scope) => !grants(caller.scopes, scope))
    if (missing.length === 0) return
    throw forbidden(
      `The API key "${caller.name}" lacks the scope ${missing.join(', ')}. Use a key that has it, or have it added to this one.`,
      { details: { missing_scopes: missing } },
    )
  }

  return { identify, authorize, tickets }
}
