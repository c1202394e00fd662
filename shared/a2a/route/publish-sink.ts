import type { Said } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { BusResponse } from '../bus/bus-response.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { EXTENSIONS_HEADER } from '../dialect/extensions.ts'
import type { LogEntry } from '../log/log-event.ts'
import type { TaskLog } from '../log/task-log.ts'
import { toEnvelope } from './to-envelope.ts'

const isFinal = (entry: LogEntry): boolean =>
  entry.kind !== 'event' || describeEvent(entry.said.text).ends !== undefined

const chunkType = (entry: LogEntry): 'data' | 'error' | 'end' =>
  entry.kind === 'event' ? 'data' : entry.kind === 'failure' ? 'error' : 'end'

const payloadOf = (entry: LogEntry): string => {
  const said = entry.kind === 'failure' ? ['error', JSON.stringify(entry.error)] : ['result', textOf(entry)]
  return jsonObject([['jsonrpc', '"2.0"'], ['id', 'null'], said as [string, string]])
}

const textOf = (entry: Exclude<LogEntry, { kind: 'failure' }>): string =>
  entry.kind === 'final' ? entry.text : entry.said.text

/** Where everything goes that an agent says to another deployment: over the bus, into the log there. */
export const createPublishSink = (options: {
  publisher: MessagePublisher
  clock: Clock
  proxyId: string
}): TaskLog => ({
  write: async (session, entries, { epoch, sequence }) => {
    const responses = entries.map((entry, index): BusResponse => {
      const { original, extensions }: Partial<Said> = 'said' in entry ? entry.said : {}
      const envelope = toEnvelope(session, {
        now: options.clock.now(),
        epoch,
        sequence: sequence + index,
        from_proxy: options.proxyId,
        to_proxy: session.fromProxy,
        stream_metadata: {
          streamId: session.correlationId,
          chunkType: chunkType(entry),
          final: isFinal(entry),
        },
        ...(original === undefined ? {} : { original_shape: original.shape }),
        ...(extensions === undefined ? {} : { headers: { [EXTENSIONS_HEADER['1.0']]: extensions } }),
      })
      return {
        envelope,
        payload: payloadOf(entry),
        ...(original === undefined ? {} : { original: original.text }),
      }
    })
    await options.publisher.publishResponses(responses)
    return []
  },
})
