import { PeerConnection, type DataChannel, type DescriptionType } from 'node-datachannel'
import { onTestFinished } from 'vitest'
import * as z from 'zod'
import type { ConnectedTestAgent } from '../../../fixtures/signaling/connect-test-agent.ts'

const Candidate = z.object({ candidate: z.string(), sdp_mid: z.string() })
const Description = z.object({ sdp: z.string() })

const typeOf = { OFFER: 'offer', ANSWER: 'answer' } as const satisfies Record<string, DescriptionType>

/** A real peer until the test is over, which knows the other one through the gateway alone. @param to its DID */
export const createPeer = (agent: ConnectedTestAgent, to: string): PeerConnection => {
  const peer = new PeerConnection('peer', { iceServers: [], bindAddress: '127.0.0.1' })
  onTestFinished(() => peer.close())
  peer.onLocalDescription((sdp, type) => {
    agent.say({ type: type === 'offer' ? 'OFFER' : 'ANSWER', to, payload: { sdp } })
  })
  peer.onLocalCandidate((candidate, mid) => {
    agent.say({ type: 'ICE_CANDIDATE', to, payload: { candidate, sdp_mid: mid, sdp_mline_index: 0 } })
  })
  // As the protocol has it: a frame may come twice.
  const seen = new Set<string>()
  agent.onFrame(({ id, type, payload }) => {
    if (seen.has(id)) return
    seen.add(id)
    if (type === 'OFFER' || type === 'ANSWER') {
      peer.setRemoteDescription(Description.parse(payload).sdp, typeOf[type])
    } else if (type === 'ICE_CANDIDATE') {
      const { candidate, sdp_mid } = Candidate.parse(payload)
      peer.addRemoteCandidate(candidate, sdp_mid)
    }
  })
  return peer
}

/** Rejects when the peers give up. */
export const failureOf = (peer: PeerConnection): Promise<never> =>
  new Promise((_resolve, reject) => {
    peer.onStateChange((state) => {
      if (state === 'failed') reject(new Error('The peers cannot reach each other.'))
    })
  })

/** The next message of a channel. */
export const messageOf = (channel: DataChannel): Promise<string> =>
  new Promise((resolve) => channel.onMessage((message) => resolve(String(message))))
