import type { Timeout } from '../../contract/timeouts.ts'
import type { Log } from '../../kernel/log.ts'
import type { Lobby } from '../lobby.ts'
import type { Sockets } from '../sockets.ts'

export type ExpireRegistration = (timeout: Timeout) => Promise<void>

/** Ends a connection that has not registered in its time. Any step may be repeated. @throws GatewayError 503 */
export const createExpireRegistration =
  (options: {
    lobby: Pick<Lobby, 'has' | 'leave'>
    sockets: Pick<Sockets, 'close'>
    log: Log
  }): ExpireRegistration =>
  async ({ connection_id: connectionId }) => {
    const { lobby, sockets, log } = options
    if (!(await lobby.has(connectionId))) return
    await sockets.close(connectionId, 'The connection did not register in time (CONNECTION_TIMEOUT).')
    const wasThere = await lobby.leave(connectionId)
    if (wasThere) log.info('A connection did not register in time.', { connection_id: connectionId })
  }
