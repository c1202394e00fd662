import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { answerControl } from '../service/control.ts'
import { listen } from '../service/listen.ts'
import { isPortTaken, portTaken } from '../service/run.ts'
import type { Administration } from './atom/administration.ts'
import { createAtomHandler } from './atom/atom-handler.ts'
import type { Authority } from './cbs/authority.ts'
import type { Broker } from './links/broker.ts'

export type ManagementOptions = {
  administration: Administration
  host: string
  port: number
  tls: { cert: Buffer; key: Buffer } | undefined
}

const BEARER = 'Bearer '

/** Whether a header of an HTTP request proves the right to its address. */
const authorize = async (authority: Authority, header: string, url: string): Promise<boolean> => {
  const bearer = header.startsWith(BEARER)
  try {
    await authority.verify({
      type: bearer ? 'jwt' : 'servicebus.windows.net:sastoken',
      text: bearer ? header.slice(BEARER.length) : header,
      audience: new URL(url).pathname,
    })
    return true
  } catch {
    return false
  }
}

/** Listens for the Atom management protocol and for `/__local`. Rejects with a UsageError or the `listen` error. */
export const listenManagement = async (
  broker: Broker,
  { administration, host, port, tls }: ManagementOptions,
): Promise<{ port: number; stop(): Promise<void> }> => {
  const answerAtom = createAtomHandler({
    administration,
    authorize: (header, url) => authorize(broker.authority, header, url),
    faults: broker.faults,
    meter: broker.meter,
  })
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (!answerControl(broker, request, response)) answerAtom(request, response)
  }
  const server = tls === undefined ? createHttpServer(answer) : createHttpsServer(tls, answer)
  const bound = await listen(server, { host, port }).catch((error: unknown) => {
    throw isPortTaken(error) ? portTaken(port, '--management-port') : error
  })
  return {
    port: bound,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
