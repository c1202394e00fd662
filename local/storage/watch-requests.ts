import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { answerControl, type Controls } from '../service/control.ts'
import type { StorageKind } from './azurite.ts'
import { failRequest } from './fail-request.ts'
import { nameBatchTable, nameOperation } from './name-operation.ts'

type Exchange = { request: IncomingMessage; response: ServerResponse }

/** The table of a batch, read from the first bytes of its body, which are put back for Azurite. */
const peekBatchTable = async (request: IncomingMessage): Promise<string | undefined> => {
  if (request.readableLength === 0 && !request.readableEnded) await once(request, 'readable')
  const chunk: Buffer | null = request.read()
  if (chunk === null) return undefined
  request.unshift(chunk)
  return nameBatchTable(chunk.toString('latin1'))
}

/** Lets Azurite do the work, and gives its answer out when the faults had their say: late, or never. */
const keepAnswer = ({ request, response }: Exchange, verdict: Promise<unknown>): void => {
  const { write, end } = response
  const kept: Array<() => void> = []
  response.write = (...chunk: unknown[]) => {
    kept.push(() => Reflect.apply(write, response, chunk))
    return true
  }
  response.end = (...chunk: unknown[]) => {
    kept.push(() => Reflect.apply(end, response, chunk))
    void verdict.then((action) => {
      if (action === undefined) for (const send of kept) send()
      else request.socket.destroy()
    })
    return response
  }
}

/**
 * Wraps Azurite's request listener: answers `/__local/*`, counts billable operations, and lets faults hit operations
 * `table` and `blob` before Azurite sees them, or `table.answer` and `blob.answer` after it did the work (`hold` keeps
 * the answer back, any other action cuts the connection); the target of a fault is the table or container.
 */
export const watchRequests = (
  kind: StorageKind,
  controls: Controls,
  listener: RequestListener,
): RequestListener => {
  const pass = async (exchange: Exchange, target: string | undefined): Promise<void> => {
    const { request, response } = exchange
    const name = target ?? (request.url?.includes('/$batch') ? await peekBatchTable(request) : undefined)
    const action = await controls.faults.hit(kind, name)
    if (action !== undefined) return failRequest(kind, action, exchange)
    keepAnswer(exchange, controls.faults.hit(`${kind}.answer`, name))
    listener(request, response)
  }

  return (request, response) => {
    if (answerControl(controls, request, response)) return
    const { billed, target } = nameOperation(kind, request.method ?? 'GET', request.url ?? '/')
    controls.meter.count(billed)
    if (controls.faults.idle) listener(request, response)
    // Who breaks off while the batch is read gets no answer.
    else pass({ request, response }, target).catch(() => request.socket.destroy())
  }
}
