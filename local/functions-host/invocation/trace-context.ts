import { randomUUID } from 'node:crypto'
import type { RpcTraceContext } from '../worker/protocol.ts'

const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/** 32 random digits. From `randomUUID`, which draws its entropy in bulk; `randomBytes` asks the system each time. */
const randomDigits = (): string => randomUUID().replaceAll('-', '')

/** The W3C trace context of an invocation: a child of the caller's, or the start of a trace. */
export const createTraceContext = (traceParent?: string, traceState?: string): RpcTraceContext => {
  const [, traceId = randomDigits(), flags = '00'] = TRACE_PARENT.exec(traceParent ?? '') ?? []
  return {
    traceParent: `00-${traceId}-${randomDigits().slice(16)}-${flags}`,
    traceState: traceState ?? '',
    attributes: {},
  }
}
