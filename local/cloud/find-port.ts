import { createServer } from 'node:net'
import { listen } from '../service/listen.ts'
import { isPortTaken, UsageError } from '../service/run.ts'

/**
 * The port itself when nothing listens on it, a free one for 0.
 * @throws UsageError that names the service, and what chooses other ports or another address.
 */
export const findPort = async (name: string, host: string, port: number): Promise<number> => {
  const server = createServer()
  try {
    return await listen(server, { host, port })
  } catch (error) {
    if (isPortTaken(error)) {
      throw new UsageError(
        `port ${port} (${name}) is taken. Stop the program that holds it, or choose other ports with --port-base N.`,
      )
    }
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`cannot listen on ${host} (${name}): ${reason}. Correct GATEWAY_HOST.`)
  } finally {
    server.close()
  }
}
