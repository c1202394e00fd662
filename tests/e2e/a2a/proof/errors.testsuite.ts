import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../behaviour/reason-of.ts'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { agentId, places } from '../support/start-agents.ts'
import { post, rpc, sendParams } from '../support/post.ts'
import type { Deployments } from '../support/use-deployments.ts'

const send = (text = 'hello') => rpc('SendMessage', sendParams(text, randomUUID()))

/** What a client is told when it cannot have what it wants: always an A2A error with the id of its request. */
export const testErrors = (deployments: () => Deployments): void => {
  describe.for(places)('hosted %s', (place) => {
    test('a version that nobody speaks', async () => {
      const url = `${deployments().a.url}/agents/${agentId('1.0', place)}`
      const { status, body } = await post(url, send(), { 'a2a-version': '0.5' })
      expect(status).toBe(200)
      expect(body).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: -32009 } })
    })

    test('a method that does not exist', async () => {
      const url = `${deployments().a.url}/agents/${agentId('1.0', place)}`
      const { status, body } = await post(url, rpc('DoMagic', {}, 'seven'))
      expect(status).toBe(200)
      expect(body).toMatchObject({ jsonrpc: '2.0', id: 'seven', error: { code: -32601 } })
    })

    test('params without a message', async () => {
      const url = `${deployments().a.url}/agents/${agentId('1.0', place)}`
      const { status, body } = await post(url, rpc('SendMessage', {}))
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: 1, error: { code: -32602 } })
    })

    test('an agent that is down', async () => {
      const url = `${deployments().a.url}/agents/${agentId('down', place)}`
      const { status, body } = await post(url, send())
      expect(status).toBe(200)
      expect(body).toMatchObject({
        id: 1,
        error: { code: -32603, data: [{ reason: 'AGENT_UNAVAILABLE' }] },
      })
      const { message } = send().params
      const rest = await post(`${url}/v1/message:send`, { message })
      expect(rest.status).toBe(503)
      expect(rest.body).toMatchObject({ error: { code: 503, details: [{ reason: 'AGENT_UNAVAILABLE' }] } })
    })

    test.for(Object.keys(flavours) as Flavour[])('%s: push to an agent that cannot push', async (flavour) => {
      const { a, agents } = deployments()
      const client = await flavours[flavour](`${a.url}/agents/${agentId('plain', place)}/`)
      const task = await client.send({ text: 'hello' })
      if (task.kind !== 'task') throw new Error('no task')
      const refused = client.setPush(task.id, { id: 'one', url: 'http://127.0.0.1:9/hook' })
      const error = await refused.then(() => 'set', codeOf)
      // The client of 0.2 asks the card and does not even call.
      expect([
        -32003,
        'Error: Agent does not support push notifications (AgentCard.capabilities.pushNotifications is not true).',
      ]).toContain(error)
      expect(agents.plain.calls.all.length).toBeGreaterThan(0)
    })

    test('the id of a JSON-RPC request keeps its type', async () => {
      const url = `${deployments().a.url}/agents/${agentId('1.0', place)}`
      for (const id of [8, '8', null, 9007199254740993n]) {
        const text = JSON.stringify(send('message-only')).replace(
          '"id":1',
          `"id":${typeof id === 'bigint' ? id : JSON.stringify(id)}`,
        )
        const answer = await post(url, text)
        expect(answer.text).toContain(`"id":${typeof id === 'bigint' ? id : JSON.stringify(id)}`)
      }
    })
  })

  test('an agent that nobody knows', async () => {
    const { status, body } = await post(`${deployments().a.url}/agents/nobody`, send())
    expect(status).toBe(404)
    expect(body).toMatchObject({
      error: { code: expect.any(String), message: expect.stringContaining('nobody') },
    })
  })
}
