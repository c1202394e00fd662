import type { Clock } from '../../kernel/clock.ts'
import { badRequest } from '../../kernel/errors.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import type { ExecCall } from './exec-call.ts'

/** The EXEC_REQUEST of a call; its params stay byte for byte. @throws GatewayError 400 when it cannot be signed */
export const createSignExecRequest =
  ({ identity, clock }: { identity: Pick<GatewayIdentity, 'signJson'>; clock: Clock }) =>
  (
    { id, to }: { id: string; to: string },
    { method, params, headers, stream, timeoutMs }: ExecCall,
  ): string => {
    const timestamp = new Date(clock.now()).toISOString()
    const args = jsonObject(
      new Map([
        ['method', JSON.stringify(method)],
        ['params', params],
        ['headers', JSON.stringify(headers)],
      ]),
    )
    const payload = `{"args":${args},"timeout_ms":${timeoutMs},"stream":${stream}}`
    const head = JSON.stringify({ id, correlation_id: null, timestamp, to, type: 'EXEC_REQUEST' })
    try {
      return identity.signJson(`${head.slice(0, -1)},"payload":${payload}}`)
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      throw badRequest(
        `The message cannot be signed for an agent that is connected by WebSocket: ${cause.message}. Correct it.`,
        { cause },
      )
    }
  }
