import type { Controls } from '../../service/control.ts'
import type { HostFailure } from '../host-failure.ts'
import type { Execute } from '../invocation/execute.ts'
import type { RouteValues } from '../routing/match-route.ts'
import type { Fleet } from '../worker/fleet.ts'
import type { InvocationRequest } from '../worker/protocol.ts'
import type { Exchange } from './exchange.ts'

/** What answering an HTTP request needs of the host. */
export type HttpServices = {
  controls: Controls
  fleet: Fleet
  execute: Execute
  fail(failure: HostFailure): void
  /** `customHeaders` and `hsts` of host.json. */
  customHeaders(exchange: Exchange): Record<string, string>
}

/** A request on its way to a function. */
export type HttpInvocation = {
  request: InvocationRequest
  values: RouteValues
  headers: Record<string, string>
  body: Buffer | undefined
}
