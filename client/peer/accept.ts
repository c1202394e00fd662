import type { Connection } from '../connection.ts'
import type { Message } from '../messages.ts'
import { openPeer } from './open-peer.ts'
import type { ChannelOf, PeerConnection, PeerOptions } from './peer-connection.ts'

export type AcceptOptions<Peer extends PeerConnection, Configuration> = PeerOptions<Peer, Configuration> & {
  /** Who may open a channel; by default every agent that is connected. */
  allow?: ((did: string) => boolean) | undefined
}

/**
 * Takes the WebRTC data channels that other agents open with `dial`.
 * @param onChannel called with each channel, open, and the DID of who opened it
 * @returns a function that ends it; open channels stay.
 */
export const accept = <Peer extends PeerConnection, Configuration>(
  gateway: Pick<Connection, 'on' | 'ice' | 'answer'>,
  options: AcceptOptions<Peer, Configuration>,
  onChannel: (channel: ChannelOf<Peer>, peer: string) => void,
): (() => void) => {
  const take = async ({ id, from, payload }: Message<'OFFER'>): Promise<void> => {
    const { connection, exchange, opened, fail } = openPeer(gateway, from, options)
    connection.ondatachannel = ({ channel }: { channel: ChannelOf<Peer> }): void => {
      // What failed is told to the other side by its own connection.
      void opened(channel).then(
        (open) => onChannel(open, from),
        () => undefined,
      )
    }
    try {
      await connection.setRemoteDescription({ type: 'offer', sdp: payload.sdp })
      const { sdp = '' } = await connection.createAnswer()
      await connection.setLocalDescription({ type: 'answer', sdp })
      await gateway.answer(from, sdp, { correlationId: id })
      await exchange(id)
    } catch (error) {
      fail(error)
    }
  }
  return gateway.on('offer', (offer) => {
    if (options.allow?.(offer.from) ?? true) void take(offer)
  })
}
