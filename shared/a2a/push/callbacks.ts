import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { notFound, unauthorized } from '../../kernel/errors.ts'
import type { AskedTask, CallbackConfig } from './inline-config.ts'

/** Whose task a callback is about: the deployment that was asked, and the log of the task there. */
export type CallbackTarget = AskedTask & { agentId: string }

/**
 * Callbacks carry what they are about, signed, so that the deployment that hosts an agent keeps no row of them.
 */
export type Callbacks = {
  /** The config that the agent gets. Undefined while the deployment does not know where it can be reached. */
  configFor(target: CallbackTarget): CallbackConfig | undefined
  /** @throws GatewayError 404 when the id is not one that this deployment gave to this agent. */
  read(agentId: string, callbackId: string): CallbackTarget
  /** @throws GatewayError 401 when none of the headers has the callback's token. */
  checkToken(callbackId: string, headers: Headers): void
}

/** One for each task at an agent: a callback that is made again replaces the one before, so no event comes twice. */
const CONFIG_ID = 'agent-gateway'

/** The version, what it is about (JSON in base64url), and a signature over these and the agent. */
const FORM = /^n1\.([\w-]{1,2048})\.([\w-]{43})$/

const KEY_BYTES = 32
const Content = z.tuple([z.string().min(1), z.string().min(1)])

const isSame = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const unknownCallback = (): Error =>
  notFound('There is no such callback. Use the address that the push notification config has, unchanged.')

/** Where agents put the token: the headers of the SDKs, or a bearer token (A2A 1.0, 4.3.3). */
const presentedTokens = (headers: Headers): string[] => {
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1]
  const tokens = [headers.get('x-a2a-notification-token'), headers.get('a2a-notification-token'), bearer]
  return tokens.filter((token) => typeof token === 'string')
}

export const createCallbacks = (options: {
  /** @throws GatewayError 503 when the deployment has no secret. */
  secret: () => string
  /** Where agents reach this deployment, without a slash at the end. */
  publicUrl: string | undefined
}): Callbacks => {
  const { secret, publicUrl } = options
  const keys = new Map<string, Buffer>()

  const sign = (use: 'id' | 'token', ...texts: string[]): string => {
    const key =
      keys.get(use) ??
      Buffer.from(hkdfSync('sha256', secret(), '', `agent-gateway push callback ${use}`, KEY_BYTES))
    keys.set(use, key)
    return createHmac('sha256', key).update(JSON.stringify(texts)).digest('base64url')
  }

  const tokenOf = (callbackId: string): string => sign('token', callbackId)

  return {
    configFor: ({ agentId, askingProxyId, stream }) => {
      if (publicUrl === undefined) return undefined
      const content = Buffer.from(JSON.stringify([askingProxyId, stream])).toString('base64url')
      const callbackId = `n1.${content}.${sign('id', agentId, content)}`
      const url = `${publicUrl}/agents/${encodeURIComponent(agentId)}/notifications/${callbackId}`
      return { id: CONFIG_ID, url, token: tokenOf(callbackId) }
    },
    read: (agentId, callbackId) => {
      const [, content = '', signature = ''] = FORM.exec(callbackId) ?? []
      if (content === '' || !isSame(signature, sign('id', agentId, content))) throw unknownCallback()
      const [askingProxyId, stream] = Content.parse(
        JSON.parse(Buffer.from(content, 'base64url').toString('utf8')),
      )
      return { agentId, askingProxyId, stream }
    },
    checkToken: (callbackId, headers) => {
      const presented = presentedTokens(headers)
      const expected = tokenOf(callbackId)
      if (presented.some((token) => isSame(token, expected))) return
      throw unauthorized(
        presented.length === 0 ? 'auth_required' : 'invalid_credentials',
        'The notification does not carry the token of its callback. Send the token of the push notification config in the header X-A2A-Notification-Token, or its credentials in Authorization.',
      )
    },
  }
}
