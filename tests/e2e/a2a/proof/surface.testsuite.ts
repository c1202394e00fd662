import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { agentId, places, versions } from '../support/start-agents.ts'
import { post } from '../support/post.ts'
import type { Deployments } from '../support/use-deployments.ts'

const Json = z.looseObject({})

const getJson = async (url: string): Promise<Record<string, unknown>> => {
  const response = await fetch(url)
  expect(response.status, url).toBe(200)
  return Json.parse(await response.json())
}

/** In the words of the seed, whose paths take and give JSON-RPC. */
const seedSend = (metadata: object = {}) => ({
  jsonrpc: '2.0',
  id: 'seed-1',
  method: 'message/send',
  params: {
    message: {
      kind: 'message',
      role: 'user',
      messageId: randomUUID(),
      parts: [{ kind: 'text', text: 'message-only' }],
    },
    metadata,
  },
})

/** Cards, lists and the paths of the seed. */
export const testSurface = (deployments: () => Deployments): void => {
  describe.for(places)('an agent that is hosted %s', (place) => {
    test.for(versions)('the card of an agent of %s leads to the gateway, at both paths', async (version) => {
      const { a } = deployments()
      const base = `${a.url}/agents/${agentId(version, place)}`
      for (const name of ['agent-card.json', 'agent.json']) {
        const response = await fetch(`${base}/.well-known/${name}`)
        const text = await response.text()
        expect(response.status).toBe(200)
        expect(response.headers.get('etag')).toBeTruthy()
        expect(JSON.parse(text)).toMatchObject({ name: `Agent of ${version}`, url: base })
        for (const [url] of text.matchAll(/http:[^"]+/g)) expect(url.startsWith(base), url).toBe(true)
        const again = await fetch(response.url, {
          headers: { 'if-none-match': response.headers.get('etag') ?? '' },
        })
        expect(again.status).toBe(304)
      }
    })

    test('the card of an agent that is down is minimal and says so', async () => {
      const { a } = deployments()
      const id = agentId('down', place)
      const card = await getJson(`${a.url}/agents/${id}/.well-known/agent.json`)
      expect(card).toMatchObject({ url: `${a.url}/agents/${id}`, error: expect.any(String) })
    })

    test.for(['/v1/messages:send', ''])('the seed’s path %s', async (path) => {
      const { a } = deployments()
      const { status, body } = await post(`${a.url}/agents/${agentId('0.3', place)}${path}`, seedSend(), {
        'a2a-version': '',
      })
      expect(status).toBe(200)
      expect(body).toMatchObject({
        id: 'seed-1',
        result: { kind: 'message', parts: [{ text: 'only a message' }] },
      })
    })

    test('the legacy path routes by metadata.toAgent', async () => {
      const { a } = deployments()
      const { status, body } = await post(
        `${a.url}/v1/messages:send`,
        seedSend({ toAgent: agentId('0.3', place) }),
        { 'a2a-version': '' },
      )
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: 'seed-1', result: { kind: 'message' } })
    })
  })

  test('the legacy path without toAgent is refused', async () => {
    const { status } = await post(`${deployments().a.url}/v1/messages:send`, seedSend(), {
      'a2a-version': '',
    })
    expect(status).toBe(400)
  })

  test('the gateway’s own card, the catalog, the list of agents', async () => {
    const { a, agents } = deployments()
    for (const name of ['agent-card.json', 'agent.json'])
      expect(await getJson(`${a.url}/.well-known/${name}`)).toMatchObject({
        name: 'A2A Proxy a',
        capabilities: { streaming: true, pushNotifications: true },
      })
    expect(await getJson(`${a.url}/.well-known/api-catalog`)).toHaveProperty('linkset')
    const listed = await getJson(`${a.url}/agents`)
    expect(listed).toMatchObject({ count: agents.entries.length })
    expect(JSON.stringify(listed)).toContain(agentId('1.0', 'elsewhere'))
    const cards = await getJson(`${a.url}/agents?view=cards`)
    expect(cards).toHaveProperty('agents')
  })
}
