import type { Operation } from '../../contract/a2a/operation.ts'
import type { Said } from '../../contract/a2a/dialect.ts'
import type { A2aFailure } from '../a2a-failure.ts'
import type { SurfaceAnswer } from './surface-request.ts'

/** How an endpoint speaks: what an agent says, and what goes wrong, in the client's dialect. */
export type Speech = {
  answer(operation: Operation, said: Said): SurfaceAnswer
  /** @throws GatewayError 404 where an unknown agent is answered as an unknown path. */
  fail(failure: A2aFailure): SurfaceAnswer
  /** The data of an event of a stream. */
  event(said: Said): string
  /** The data of the `error` event that ends a broken stream. */
  failedEvent(failure: A2aFailure): string
}
