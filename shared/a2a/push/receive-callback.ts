import type { Said } from '../../contract/a2a/dialect.ts'
import type { CallbackTarget, Callbacks } from './callbacks.ts'
import { readNotification } from './read-notification.ts'

/** A push notification of an agent, on its way to the deployment that asked. */
export type AgentNotification = CallbackTarget & { notificationId: string; said: Said }

/**
 * Takes a notification that an agent sent to the gateway's callback; resolves when it is handed on for good.
 * @throws GatewayError 404 for an unknown callback, 401 without its token, 400 when the body is no notification.
 */
export type ReceiveCallback = (request: {
  agentId: string
  callbackId: string
  headers: Headers
  body(): Promise<string>
}) => Promise<void>

export const createReceiveCallback = (options: {
  callbacks: Pick<Callbacks, 'read' | 'checkToken'>
  /** This deployment. */
  proxyId: string
  /** Delivers to the clients of this deployment (see createReceiveNotification). */
  receive(notification: AgentNotification): Promise<void>
  /** Takes it to the deployment that asked. */
  relay(notification: AgentNotification): Promise<void>
  createId(): string
}): ReceiveCallback => {
  const { callbacks, proxyId, receive, relay, createId } = options
  return async ({ agentId, callbackId, headers, body }) => {
    const target = callbacks.read(agentId, callbackId)
    callbacks.checkToken(callbackId, headers)
    const said = readNotification(await body())
    const handOn = target.askingProxyId === proxyId ? receive : relay
    await handOn({ ...target, notificationId: createId(), said })
  }
}
