import { randomBytes } from 'node:crypto'
import type { RpcTraceContext } from '../worker/protocol.ts'

const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/** The W3C trace context of an invocation: a child of the caller's, or the start of a trace. */
export const createTraceContext = (traceParent?: string, traceState?: string): RpcTraceContext => {
  const [, traceId = randomBytes(16).toString('hex'), flags = '00'] =
    TRACE_PARENT.exec(traceParent ?? '') ?? []
  return {
    traceParent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`,
    traceState: traceState ?? '',
    attributes: {},
  }
}
