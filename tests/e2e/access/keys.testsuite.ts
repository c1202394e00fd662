import { randomUUID } from 'node:crypto'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { createAgent } from '../support/publish.ts'
import { openSse, readFrames } from '../support/sse.ts'
import { startGateway } from '../support/start-gateway.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { streamUrl } from '../support/watch-task.ts'
import { bearer, operator, reader } from './callers.ts'
import { sendRequest } from './send-request.ts'

const PROTECTED = ['/stream/t', '/stream/t/negotiate', '/final/t?wait=0', '/v1/admin/dead-letters']

/** Who may do what. */
export const testKeys = (cloud: () => TestCloud): void => {
  test.each(PROTECTED)('%s needs a key of this gateway; /health does not', async (path) => {
    const without = await fetch(cloud().url + path)
    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toBe('Bearer')
    expect(await without.json()).toMatchObject({ error: { code: 'auth_required' } })
    const unknown = await fetch(cloud().url + path, { headers: bearer('not-a-key-of-this-gateway') })
    expect(unknown.status).toBe(401)
    expect(await unknown.json()).toMatchObject({ error: { code: 'invalid_credentials' } })
    expect((await fetch(`${cloud().url}/health`)).status).toBe(200)
  })

  test('a key does what its scopes say and nothing else', async () => {
    const get = async (path: string, headers: Record<string, string>): Promise<number> =>
      (await sendRequest(cloud().url + path, { headers: { accept: 'application/json', ...headers } })).status
    expect(await get('/stream/t', reader)).toBe(200)
    expect(await get('/stream/t', operator)).toBe(403)
    expect(await get('/v1/admin/dead-letters', operator)).toBe(200)
    const refused = await fetch(`${cloud().url}/v1/admin/dead-letters`, { headers: reader })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({
      error: { code: 'insufficient_scope', details: { missing_scopes: ['admin'] } },
    })
  })

  test('a ticket opens its own task to an EventSource, over the ends of slices, and nothing else', async () => {
    const task = randomUUID()
    const { ticket, url } = await negotiate(cloud(), task, reader)
    const source = new EventSource(`${streamUrl(cloud(), task)}?ticket=${ticket}`)
    onTestFinished(() => source.close())
    const ids: string[] = []
    let opened = 0
    source.onopen = () => opened++
    source.onmessage = ({ lastEventId }) => ids.push(lastEventId)
    const { bells } = await hearBells(url)
    const agent = createAgent(cloud(), { task })
    for (const slice of upTo(3)) {
      await until(`slice ${slice + 1} is open`, () => opened > slice)
      await agent.say()
      await until('the event is seen', () => ids.length > slice)
    }
    await agent.finish()
    await until('the EventSource is closed', () => source.readyState === source.CLOSED)
    expect(ids).toEqual(['0', '1', '2', '3'])
    await until('every bell was heard', () => bells.length === 4)

    const final = await fetch(`${cloud().url}/final/${task}?wait=0&ticket=${ticket}`)
    expect(final.status).toBe(200)
    const others = [
      '/stream/another',
      '/final/another',
      `/stream/${task}/negotiate`,
      '/v1/admin/dead-letters',
    ]
    for (const path of others) {
      expect((await fetch(`${cloud().url}${path}?ticket=${ticket}`)).status).toBe(401)
    }
    expect((await fetch(`${streamUrl(cloud(), task)}?ticket=${ticket}x`)).status).toBe(401)
  })

  test('without any key everything but /health is 503 in production, and open on a machine of one’s own', async () => {
    const closed = await startGateway(cloud(), {
      AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
      AGENT_GATEWAY_SECRET_KEY: 'x'.repeat(44),
    })
    for (const path of PROTECTED) {
      const answer = await fetch(closed.url + path, { headers: reader })
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ error: { code: 'not_configured' } })
    }
    expect((await fetch(`${closed.url}/health`)).status).toBe(200)
    const open = await startGateway(cloud(), { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' })
    expect((await fetch(`${open.url}/v1/admin/dead-letters`)).status).toBe(200)
  })

  test('a setting that is missing is named with its remedy, in /health and at the call that needs it', async () => {
    const gateway = await startGateway(cloud(), {
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      WEB_PUBSUB_CONNECTION_STRING: '',
      AGENT_GATEWAY_STREAMS__SLICE_SECONDS: 'soon',
    })
    const health = await fetch(`${gateway.url}/health`)
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      connections: { web_pubsub: 'disconnected' },
      problems: expect.arrayContaining([
        { setting: 'WEB_PUBSUB_CONNECTION_STRING', message: expect.any(String), remedy: expect.any(String) },
        {
          setting: 'streams.slice_seconds',
          message: expect.stringContaining('AGENT_GATEWAY_STREAMS__SLICE_SECONDS'),
          remedy: expect.any(String),
        },
      ]),
    })
    const answer = await fetch(`${gateway.url}/stream/t/negotiate`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({
      error: { code: 'not_configured', message: expect.stringContaining('WEB_PUBSUB_CONNECTION_STRING') },
    })
    const task = randomUUID()
    const watched = await openSse(streamUrl(gateway, task))
    expect((await watched.frames.next()).value).toEqual({ retry: '1000' })
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await agent.finish()
    const frames = await readFrames(watched)
    expect(frames.flatMap(({ id }) => id ?? [])).toEqual(['0', '1'])
    expect((await fetch(`${gateway.url}/final/${task}?wait=0`)).status).toBe(200)
  })
}
