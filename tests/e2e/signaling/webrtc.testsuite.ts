import { cleanup, type DataChannel } from 'node-datachannel'
import { afterAll, describe, expect, test } from 'vitest'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { createPeer, failureOf, messageOf } from './support/create-peer.ts'
import { joinPair } from './support/join.ts'

/** Two real peers. */
export const testWebRtc = (cloud: () => TestCloud): void => {
  describe('WebRTC', () => {
    afterAll(() => cleanup())

    test('two agents open a data channel through the gateway, and talk both ways', async () => {
      const [one, other] = await joinPair(cloud())
      const [calling, called] = [createPeer(one, other.did), createPeer(other, one.did)]
      const opened = new Promise<DataChannel>((resolve) => called.onDataChannel(resolve))
      const channel = calling.createDataChannel('talk')
      const isOpen = new Promise<void>((resolve) => channel.onOpen(resolve))
      const answer = messageOf(channel)
      const theirs = await Promise.race([opened, failureOf(calling)])
      const message = messageOf(theirs)
      await isOpen
      channel.sendMessage('hello')
      expect(await message).toBe('hello')
      theirs.sendMessage('hello to you')
      expect(await answer).toBe('hello to you')
      const heard = [...one.heard, ...other.heard].map(({ type }) => type)
      expect(heard).toEqual(expect.arrayContaining(['OFFER', 'ANSWER', 'ICE_CANDIDATE']))
      expect(heard).not.toContain('ERROR')
    })
  })
}
