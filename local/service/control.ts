import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { LocalClock } from './clock.ts'
import { Fault, type Faults } from './faults.ts'
import type { Meter } from './meter.ts'

/** What tests steer and read over HTTP: time, faults and billable operations. */
export type Controls = { clock: LocalClock; faults: Faults; meter: Meter }

const Advance = z.object({ advanceMs: z.number().positive() })

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

const routes: Record<string, (controls: Controls, request: IncomingMessage, url: URL) => Promise<unknown>> = {
  'GET /__local/clock': async ({ clock }) => ({ now: new Date(clock.now()).toISOString() }),
  'POST /__local/clock': async ({ clock }, request) => {
    clock.advance(Advance.parse(await readJson(request)).advanceMs)
    return { now: new Date(clock.now()).toISOString() }
  },
  'GET /__local/faults': async ({ faults }) => ({ faults: faults.list() }),
  'POST /__local/faults': async ({ faults }, request) => faults.add(Fault.parse(await readJson(request))),
  'DELETE /__local/faults': async ({ faults }, _request, url) => {
    const id = url.searchParams.get('id')
    faults.remove(id === null ? undefined : Number(id))
    return { faults: faults.list() }
  },
  'GET /__local/meter': async ({ meter }) => meter.read(),
  'DELETE /__local/meter': async ({ meter }) => {
    meter.reset()
    return meter.read()
  },
}

/**
 * Answers `/__local/clock`, `/__local/faults` and `/__local/meter`.
 * @returns false when the path is not one of them, so that the service answers itself.
 */
export const answerControl = (
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): boolean => {
  if (request.url?.startsWith('/__local/') !== true) return false
  const url = new URL(request.url, 'http://local')
  const route = routes[`${request.method} ${url.pathname}`]
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  if (route === undefined) {
    send(404, {
      error: `No control at ${request.method} ${url.pathname}. Known: ${Object.keys(routes).join(', ')}`,
    })
    return true
  }
  route(controls, request, url).then(
    (body) => send(200, body),
    (error: unknown) => send(400, { error: error instanceof Error ? error.message : String(error) }),
  )
  return true
}
