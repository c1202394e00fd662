import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { loadConfig, type LoadOptions } from '../kernel/config.ts'
import { createLog } from '../kernel/log.ts'
import { type Access, createAccess } from './access.ts'

const KEY = 'a-key-of-the-gateway-1'
const DEVELOPMENT = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }
const SECRET = { AGENT_GATEWAY_SECRET_KEY: 'x'.repeat(32) }
const WITH_KEY = {
  AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'reader',
  AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: KEY,
  AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'streams:read',
}

const lines: string[] = []

const create = (env: NonNullable<LoadOptions['env']>): Access => {
  const clock = createManualClock()
  lines.length = 0
  const log = createLog({ level: 'info', clock, write: (line) => lines.push(line) })
  return createAccess({ config: loadConfig({ env, appDirectory: import.meta.dirname }), clock, log })
}

const failure = (code: string, status: number): unknown => expect.objectContaining({ code, status })

describe('without any key', () => {
  test('every call is refused, and told how to configure one', async () => {
    const access = create(SECRET)
    const refused = access.identify({ authorization: `Bearer ${KEY}` })
    await expect(refused).rejects.toEqual(failure('not_configured', 503))
    await expect(refused).rejects.toThrow('AGENT_GATEWAY_AUTH__API_KEYS__0__KEY')
    const { ticket } = access.tickets.issue('t')
    await expect(
      access.identify({ authorization: null, ticket: { value: ticket, stream: 't' } }),
    ).rejects.toEqual(failure('not_configured', 503))
  })

  test('a development machine is open, and says so', async () => {
    const access = create(DEVELOPMENT)
    const caller = await access.identify({ authorization: null })
    expect(caller).toMatchObject({ kind: 'anonymous', scopes: ['*'] })
    expect(() => access.authorize(caller, ['admin'])).not.toThrow()
    expect(lines.join()).toContain('No API key is configured')
    expect(lines.join()).toContain('AGENT_GATEWAY_SECRET_KEY')
  })

  test('a development machine whose access settings are broken is not open', async () => {
    for (const broken of [
      { ...WITH_KEY, AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: 'short' },
      { AGENT_GATEWAY_AUTH__API_KEY: KEY },
      { AGENT_GATEWAY_AUTH__ENABLED: 'false' },
    ]) {
      await expect(create({ ...DEVELOPMENT, ...broken }).identify({ authorization: null })).rejects.toEqual(
        failure('not_configured', 503),
      )
    }
  })
})

describe.each([
  ['in production', { ...SECRET, ...WITH_KEY }],
  ['on a development machine', { ...DEVELOPMENT, ...WITH_KEY }],
])('with a key, %s', (_where, env) => {
  test('its bearer is known by its name and scopes', async () => {
    const caller = await create(env).identify({ authorization: `Bearer ${KEY}` })
    expect(caller).toEqual({ kind: 'key', name: 'reader', scopes: ['streams:read'] })
  })

  test('nobody else is let in', async () => {
    const access = create(env)
    await expect(access.identify({ authorization: null })).rejects.toEqual(failure('auth_required', 401))
    await expect(access.identify({ authorization: `Bearer ${KEY}x` })).rejects.toEqual(
      failure('invalid_credentials', 401),
    )
    await expect(access.identify({ authorization: `Basic ${KEY}` })).rejects.toEqual(
      failure('invalid_credentials', 401),
    )
  })

  test('its bearer may do what its scopes say, and is told what is missing', async () => {
    const access = create(env)
    const caller = await access.identify({ authorization: `Bearer ${KEY}` })
    expect(() => access.authorize(caller, ['streams:read'])).not.toThrow()
    expect(() => access.authorize(caller, ['streams:read', 'admin'])).toThrow(
      expect.objectContaining({
        code: 'insufficient_scope',
        status: 403,
        details: { missing_scopes: ['admin'] },
      }),
    )
  })

  test('a ticket is taken for its stream, where no key is presented', async () => {
    const access = create(env)
    const { ticket } = access.tickets.issue('t')
    const present = (authorization: string | null, stream: string): Promise<unknown> =>
      access.identify({ authorization, ticket: { value: ticket, stream } })
    expect(await present(null, 't')).toMatchObject({ kind: 'ticket', scopes: [] })
    await expect(present(null, 'other')).rejects.toEqual(failure('invalid_credentials', 401))
    await expect(present('Bearer wrong', 't')).rejects.toEqual(failure('invalid_credentials', 401))
  })
})
