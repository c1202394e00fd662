import { acceptSession, isEmpty } from './accept-session.ts'
import { createBackoff } from './backoff.ts'
import { createReceiver } from './pump-messages.ts'
import { receiveBatch, type Receiver } from './receive-batch.ts'
import { processMessages, report, type Pump, type PumpOptions } from './pump.ts'
import { createSettler } from './settle.ts'

/** How long one receive waits for its first message where no session's idle time says so. */
const RECEIVE_WAIT_MS = 60_000

/**
 * Cardinality many: one batch after the other, with sessions one session after the other, as
 * `ServiceBusListener.RunBatchReceiveLoopAsync` does. Locks are not renewed.
 */
export const pumpBatches = (options: PumpOptions): Pump => {
  const { definition, settings } = options
  const { client } = options.clients.take()
  const backoff = createBackoff()
  const stopping = new AbortController()
  let receiver: Receiver | undefined
  let working: Promise<unknown> = Promise.resolve()

  const close = async (): Promise<void> => {
    const closing = receiver
    receiver = undefined
    await closing?.close().catch(() => undefined)
  }

  const turn = async (): Promise<void> => {
    receiver ??= definition.sessions ? await acceptSession(client, options) : createReceiver(client, options)
    const idleMs = definition.sessions ? settings.sessionIdleTimeout : RECEIVE_WAIT_MS
    const messages = await receiveBatch(options, receiver, { idleMs, stop: stopping.signal })
    if (messages.length > 0) {
      const work = processMessages(options, createSettler(receiver), messages).then(({ settled }) => settled)
      working = work
      if (!(await work) && definition.sessions) await close()
    } else if (definition.sessions) await close()
    backoff.reset()
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        await close()
        if (stopping.signal.aborted || isEmpty(error)) continue
        report(options, 'Could not receive a batch', error)
        await backoff.wait()
      }
    }
    await close()
  }

  void run()
  return {
    stop: async () => {
      stopping.abort()
      backoff.stop()
      await working
    },
  }
}
