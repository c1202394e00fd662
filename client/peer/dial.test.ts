import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import { expect, onTestFinished, test } from 'vitest'
import { type SmallGateway, startSmallGateway } from '../../tests/fixtures/client/start-small-gateway.ts'
import { until } from '../../tests/e2e/support/until.ts'
import { connect } from '../connect.ts'
import type { Connection } from '../connection.ts'
import { accept } from './accept.ts'
import { dial } from './dial.ts'
import type { ChannelOf } from './peer-connection.ts'

type Channel = ChannelOf<RTCPeerConnection>

const PEER = { RTCPeerConnection, timeoutSeconds: 10 }

const joinPair = async (): Promise<[Connection, Connection, SmallGateway]> => {
  const gateway = await startSmallGateway()
  const join = async (): Promise<Connection> => {
    const agent = await connect({ url: gateway.http, key: new Uint8Array(randomBytes(32)) })
    onTestFinished(() => agent.close())
    await agent.register()
    return agent
  }
  return [await join(), await join(), gateway]
}

/** Says what it hears, and by whom the channel was opened. */
const echo = (channel: Channel, peer: string): void => {
  channel.onmessage = ({ data }: { data: unknown }) => channel.send(`${peer} said ${String(data)}`)
}

test('two agents open data channels, several at once, and talk past the gateway', async () => {
  const [alice, bob] = await joinPair()
  accept(bob, PEER, echo)
  const channels = await Promise.all([1, 2].map(() => dial(alice, bob.did, { ...PEER, label: 'talk' })))
  for (const [index, channel] of channels.entries()) {
    const heard = once(channel, 'message')
    channel.send(`hello ${index}`)
    const [{ data }] = (await heard) as [{ data: unknown }]
    expect(data).toBe(`${alice.did} said hello ${index}`)
    expect(channel.label).toBe('talk')
  }
  for (const channel of channels) channel.close()
  await until('both are closed', () => channels.every(({ readyState }) => readyState === 'closed'))
})

test('an agent that is not there, or that does not want to, is not reached', async () => {
  const [alice, bob, gateway] = await joinPair()
  accept(bob, { ...PEER, allow: () => false }, echo)
  await expect(dial(alice, bob.did, { ...PEER, timeoutSeconds: 0.2 })).rejects.toMatchObject({
    code: 'timeout',
  })
  await bob.close()
  await until('it has left', () => gateway.connections.size === 1)
  await expect(dial(alice, bob.did, PEER)).rejects.toMatchObject({ code: 'refused' })
})
