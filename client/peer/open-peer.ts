import { ClientError } from '../client-error.ts'
import type { Connection } from '../connection.ts'
import { exchangeCandidates } from './exchange-candidates.ts'
import type { ChannelOf, DataChannel, PeerConnection, PeerOptions } from './peer-connection.ts'

const TIMEOUT_SECONDS = 30

/** One attempt to reach another agent directly. */
export type OpenPeer<Peer extends PeerConnection> = {
  connection: Peer
  /** From now on candidates are exchanged: those found before first. @param offerId what they belong to */
  exchange(offerId: string): Promise<void>
  /** Resolves with the channel when it is open. @throws ClientError `peer_failed` */
  opened(channel: ChannelOf<Peer>): Promise<ChannelOf<Peer>>
  fail(error: unknown): void
}

/** Waits for a channel, but not for ever. */
const createOpening = (seconds: number) => {
  let settle: (error?: unknown) => void = () => undefined
  const opening = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error as Error))
  })
  const late = new ClientError('peer_failed', `The data channel did not open within ${seconds} s.`)
  const timer = setTimeout(() => settle(late), seconds * 1000)
  return { opening: opening.finally(() => clearTimeout(timer)), settle }
}

/** Makes a peer connection whose ICE candidates go through the gateway. */
export const openPeer = <Peer extends PeerConnection, Configuration>(
  gateway: Pick<Connection, 'on' | 'ice'>,
  peer: string,
  options: PeerOptions<Peer, Configuration>,
): OpenPeer<Peer> => {
  const connection = new options.RTCPeerConnection(options.configuration)
  const { opening, settle } = createOpening(options.timeoutSeconds ?? TIMEOUT_SECONDS)
  const exchange = exchangeCandidates(gateway, peer, connection)
  const close = (): void => {
    exchange.stop()
    connection.close()
  }

  opening.catch(close)
  connection.onconnectionstatechange = (): void => {
    const { connectionState } = connection
    if (!['failed', 'closed'].includes(connectionState)) return
    exchange.stop()
    settle(new ClientError('peer_failed', `The peer connection has ${connectionState}.`))
  }
  return {
    connection,
    exchange: exchange.start,
    opened: async (channel) => {
      const watched: DataChannel = channel
      watched.addEventListener('open', () => settle())
      watched.addEventListener('close', close)
      if (watched.readyState === 'open') settle()
      await opening
      return channel
    },
    fail: settle,
  }
}
