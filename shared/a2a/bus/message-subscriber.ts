import { GatewayError } from '../../kernel/errors.ts'
import type { Watch } from '../../streams/watch.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { decodeLogEvent, type LogEntry } from '../log/log-event.ts'

/** Something in the log of a call, with its place; a failure is thrown. */
export type CallEntry = { seq: number; entry: Exclude<LogEntry, { kind: 'failure' }> }

/**
 * What comes back over the bus (seed 2, MessageSubscriber). Requests come by the trigger of the deployment's
 * subscription (functions/a2a/requests.ts), message by message.
 */
export type MessageSubscriber = {
  /**
   * Follows the answers to a call, from wherever they are put into its log, until it is closed or `signal` aborts.
   * @throws A2aFailure when the call failed; GatewayError when the log is gone.
   */
  subscribeResponses(
    correlationId: string,
    options: { from: number; signal: AbortSignal },
  ): AsyncGenerator<CallEntry, void, undefined>
}

export const createMessageSubscriber = ({ watch }: { watch: Watch }): MessageSubscriber => ({
  subscribeResponses: async function* (correlationId, options) {
    for await (const item of watch(correlationId, options)) {
      if (item.kind === 'closed') return
      if (item.kind === 'failed') throw new GatewayError('stream_failed', item.reason)
      if (item.kind === 'expired')
        throw new GatewayError('not_found', 'The task is no longer kept: its time is over.')
      if (item.kind !== 'events') continue
      for (const { seq, body } of item.events) {
        const entry = decodeLogEvent(body)
        if (entry?.kind === 'failure') throw new A2aFailure(entry.error)
        if (entry !== undefined) yield { seq, entry }
      }
    }
  },
})
