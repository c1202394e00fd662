import type { Connection } from '../connection.ts'
import { openPeer } from './open-peer.ts'
import type { ChannelOf, PeerConnection, PeerOptions } from './peer-connection.ts'

export type DialOptions<Peer extends PeerConnection, Configuration> = PeerOptions<Peer, Configuration> & {
  /** Of the channel; empty by default. */
  label?: string | undefined
}

/**
 * Opens a WebRTC data channel to another agent, which takes it with `accept`.
 * @param peer its DID
 * @returns the channel, open. The peer connection ends with it.
 * @throws ClientError `refused` when the agent is not connected, `timeout` when it does not answer, `peer_failed`
 */
export const dial = async <Peer extends PeerConnection, Configuration>(
  gateway: Pick<Connection, 'on' | 'ice' | 'offer'>,
  peer: string,
  options: DialOptions<Peer, Configuration>,
): Promise<ChannelOf<Peer>> => {
  const { connection, exchange, opened, fail } = openPeer(gateway, peer, options)
  try {
    const channel = connection.createDataChannel(options.label ?? '') as ChannelOf<Peer>
    const { sdp = '' } = await connection.createOffer()
    await connection.setLocalDescription({ type: 'offer', sdp })
    const answer = await gateway.offer(peer, sdp, { timeoutSeconds: options.timeoutSeconds })
    await connection.setRemoteDescription({ type: 'answer', sdp: answer.payload.sdp })
    await exchange(answer.correlation_id ?? '')
    return await opened(channel)
  } catch (error) {
    fail(error)
    throw error
  }
}
