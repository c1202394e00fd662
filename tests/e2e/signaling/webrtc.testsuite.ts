import { cleanup, PeerConnection, type DataChannel, type DescriptionType } from 'node-datachannel'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import type { ConnectedTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { joinPair } from './support/join.ts'

const Candidate = z.object({ candidate: z.string(), sdp_mid: z.string() })
const Description = z.object({ sdp: z.string() })

const typeOf = { OFFER: 'offer', ANSWER: 'answer' } as const satisfies Record<string, DescriptionType>

/** A peer that knows the other one through the gateway alone. */
const createPeer = (name: string, agent: ConnectedTestAgent, to: string): PeerConnection => {
  const peer = new PeerConnection(name, { iceServers: [], bindAddress: '127.0.0.1' })
  onTestFinished(() => peer.close())
  peer.onLocalDescription((sdp, type) => {
    agent.say({ type: type === 'offer' ? 'OFFER' : 'ANSWER', to, payload: { sdp } })
  })
  peer.onLocalCandidate((candidate, mid) => {
    agent.say({ type: 'ICE_CANDIDATE', to, payload: { candidate, sdp_mid: mid, sdp_mline_index: 0 } })
  })
  agent.onFrame(({ type, payload }) => {
    if (type === 'OFFER' || type === 'ANSWER') {
      peer.setRemoteDescription(Description.parse(payload).sdp, typeOf[type])
    } else if (type === 'ICE_CANDIDATE') {
      const { candidate, sdp_mid } = Candidate.parse(payload)
      peer.addRemoteCandidate(candidate, sdp_mid)
    }
  })
  return peer
}

const messageOf = (channel: DataChannel): Promise<string> =>
  new Promise((resolve) => channel.onMessage((message) => resolve(String(message))))

/** Two real peers. */
export const testWebRtc = (cloud: () => TestCloud): void => {
  describe('WebRTC', () => {
    afterAll(() => cleanup())

    test('two agents open a data channel through the gateway, and talk both ways', async () => {
      const [one, other] = await joinPair(cloud())
      const calling = createPeer('calling', one, other.did)
      const called = createPeer('called', other, one.did)
      const opened = new Promise<DataChannel>((resolve) => called.onDataChannel(resolve))
      const channel = calling.createDataChannel('talk')
      channel.onOpen(() => channel.sendMessage('hello'))
      const answer = messageOf(channel)
      const theirs = await opened
      expect(await messageOf(theirs)).toBe('hello')
      theirs.sendMessage('hello to you')
      expect(await answer).toBe('hello to you')
      const heard = [...one.heard, ...other.heard].map(({ type }) => type)
      expect(heard).toEqual(expect.arrayContaining(['OFFER', 'ANSWER', 'ICE_CANDIDATE']))
      expect(heard).not.toContain('ERROR')
    })
  })
}
