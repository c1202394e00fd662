import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import { describe, expect, onTestFinished, test } from 'vitest'
import { accept, connect, dial, didOf, type Connection, type ConnectOptions } from '../../../client/index.ts'
import { post, rpc } from '../a2a/support/post.ts'
import type { Layout, TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'
import { openWire } from './open-wire.ts'
import { testExamples } from './examples.testsuite.ts'
import { testGuide } from './guide.testsuite.ts'
import { testWatch } from './watch.testsuite.ts'

const connectTo = async ({ url }: TestCloud, options: Partial<ConnectOptions> = {}): Promise<Connection> => {
  const agent = await connect({ url, key: new Uint8Array(randomBytes(32)), ...options })
  onTestFinished(() => agent.close())
  return agent
}

const happened = <Name extends Parameters<Connection['on']>[0]>(agent: Connection, name: Name) =>
  new Promise((resolve) => agent.on(name, resolve))

const ask = { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'well?' }] } }

/** What the client library does, against the whole gateway. */
export const testClient = (layout: Layout): void => {
  describe(`the client library, ${layout}`, () => {
    const cloud = useCloud({ layout })

    test('registers, at the address of the gateway and at that of its socket, and is found', async () => {
      const key = new Uint8Array(randomBytes(32))
      const socket = `${cloud().url.replace(/^http/, 'ws')}/ws`
      const [one, two] = [await connectTo(cloud(), { key }), await connectTo(cloud(), { url: socket })]
      await one.register({ capabilities: ['painting'], name: 'Painter', description: 'Paints.' })
      await two.register()
      expect(one.did).toBe(await didOf(key))
      expect(one.gatewayDid).toBe(two.gatewayDid)
      const painters = await two.discover({ capability: 'painting' })
      expect(painters).toMatchObject([{ id: one.did, did: one.did, name: 'Painter', description: 'Paints.' }])
      expect((await two.discover()).map(({ id }) => id)).toEqual(expect.arrayContaining([one.did, two.did]))
    })

    test('two agents open a data channel', async () => {
      const [alice, bob] = [await connectTo(cloud()), await connectTo(cloud())]
      await Promise.all([alice.register(), bob.register()])
      accept(bob, { RTCPeerConnection }, (channel) => channel.send('hello'))
      const channel = await dial(alice, bob.did, { RTCPeerConnection })
      const [{ data }] = (await once(channel, 'message')) as [{ data: unknown }]
      expect(data).toBe('hello')
      channel.close()
    })

    test('an agent that is not connected is not reached', async () => {
      const agent = await connectTo(cloud())
      await agent.register()
      const nobody = await didOf(new Uint8Array(randomBytes(32)))
      const refused = { code: 'refused', details: expect.objectContaining({ code: 'UNKNOWN_AGENT' }) }
      await expect(agent.offer(nobody, 'v=0')).rejects.toMatchObject(refused)
      const confirmed = agent.send('INTENT', nobody, { query: 'x' }, { confirmed: true })
      await expect(confirmed).rejects.toMatchObject(refused)
    })

    test('a second connection with the same key replaces the first, which does not fight it', async () => {
      const key = new Uint8Array(randomBytes(32))
      const [old, young] = [await connectTo(cloud(), { key }), await connectTo(cloud(), { key })]
      await old.register()
      const closed = happened(old, 'closed')
      const { generation } = await young.register()
      expect(await closed).toMatchObject({ code: 'replaced' })
      expect((await young.register()).generation).toBe(generation)
    })

    test('an A2A client calls an agent through the gateway, also while its connection breaks', async () => {
      const wire = openWire()
      const agent = await connectTo(cloud(), wire)
      await agent.register({ capabilities: ['a2a'], name: 'Counter' })
      const words = ['one ', 'two ', 'three']
      agent.serve(async function* () {
        const [taskId, contextId] = ['t', 'c']
        yield { task: { id: taskId, contextId, status: { state: 'TASK_STATE_WORKING' } } }
        for (const [index, text] of words.entries()) {
          const artifact = { artifactId: 'a', parts: [{ text }] }
          yield { artifactUpdate: { taskId, contextId, artifact, append: index > 0, lastChunk: index === 2 } }
          if (index === 1) {
            const back = happened(agent, 'registered')
            wire.cut()
            await back
          }
        }
        yield { statusUpdate: { taskId, contextId, status: { state: 'TASK_STATE_COMPLETED' } } }
      })
      const url = `${cloud().url}/agents/${encodeURIComponent(agent.did)}`
      const { body } = await post(url, rpc('SendMessage', ask))
      expect(body).toMatchObject({
        result: { task: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ artifactId: 'a' }] } },
      })
      expect(JSON.stringify(body)).toMatch(/one .*two .*three/)
    })

    test('comes back by itself after a lost connection', async () => {
      const wire = openWire()
      const agent = await connectTo(cloud(), wire)
      const { generation } = await agent.register({ name: 'Phoenix' })
      const back = happened(agent, 'registered')
      wire.cut()
      expect(await back).toMatchObject({ did: agent.did })
      expect(await back).not.toMatchObject({ generation })
      await until('it is found', async () => (await agent.discover()).some(({ id }) => id === agent.did))
    })

    testWatch(cloud, connectTo)
    testExamples(cloud)
    testGuide(cloud)
  })
}
