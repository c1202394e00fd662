import type { Connection, IceCandidate } from '../connection.ts'
import type { Message } from '../messages.ts'
import type { PeerConnection } from './peer-connection.ts'

const candidateOf = (event: unknown): IceCandidate | undefined => {
  const { candidate } = event as { candidate?: (IceCandidate & { toJSON?(): IceCandidate }) | null }
  const plain = candidate?.toJSON?.() ?? candidate
  // The empty one says that no more come, which nobody needs to know.
  return plain?.candidate ? plain : undefined
}

export type Exchange = {
  /** From now on candidates go to and fro, those found before first. @param offerId what they belong to */
  start(offerId: string): Promise<void>
  stop(): void
}

/** Sends the ICE candidates of a peer connection through the gateway, and gives it those of the other side. */
export const exchangeCandidates = (
  gateway: Pick<Connection, 'on' | 'ice'>,
  peer: string,
  connection: PeerConnection,
): Exchange => {
  let offerId: string | undefined
  const found: IceCandidate[] = []
  const told: Array<Message<'ICE_CANDIDATE'>> = []

  const tell = (candidate: IceCandidate): void => {
    // One that is lost is one way less to connect; the others may do.
    if (offerId === undefined) found.push(candidate)
    else void gateway.ice(peer, candidate, { correlationId: offerId }).catch(() => undefined)
  }
  const add = async ({ correlation_id, payload }: Message<'ICE_CANDIDATE'>): Promise<void> => {
    if ((correlation_id ?? offerId) !== offerId) return
    const { candidate, sdp_mid, sdp_mline_index } = payload
    const init = { candidate, sdpMid: sdp_mid ?? null, sdpMLineIndex: sdp_mline_index ?? null }
    await connection.addIceCandidate(init).catch(() => undefined)
  }

  connection.onicecandidate = (event: unknown): void => {
    const candidate = candidateOf(event)
    if (candidate !== undefined) tell(candidate)
  }
  const stop = gateway.on('ice_candidate', (message) => {
    if (message.from !== peer) return
    if (offerId === undefined) told.push(message)
    else void add(message)
  })
  return {
    start: async (id) => {
      offerId = id
      for (const candidate of found.splice(0)) tell(candidate)
      for (const message of told.splice(0)) await add(message)
    },
    stop,
  }
}
