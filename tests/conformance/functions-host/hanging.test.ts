import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import http from 'node:http'
import { app } from '@azure/functions'

const responses = new Map<string, http.ServerResponse>()
const createServer = http.createServer
http.createServer = ((...args: []) => {
  const server = createServer(...args)
  server.on('request', (request, response) => responses.set(String(request.headers['x-ms-invocation-id']), response))
  return server
}) as typeof http.createServer

app.setup({ enableHttpStream: true })

app.http('throws', { authLevel: 'anonymous', handler: async () => { throw new Error('boom') } })
app.http('nothing', { authLevel: 'anonymous', handler: async () => undefined })
app.http('breaks', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: (async function* () {
      yield Buffer.from('first')
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new Error('the source failed')
    })() as unknown as ReadableStream,
  }),
})
app.http('guarded', {
  authLevel: 'anonymous',
  handler: async (request, context) => {
    responses.get(context.invocationId)?.writeHead(418).end('teapot')
    throw new Error('answered already')
  },
})
`

let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE)
})
afterAll(() => host.stop())

describe('where Azure would hang', () => {
  test.each([
    ['throws', 'it threw'],
    ['nothing', 'it returned nothing'],
  ])('a handler that %s is 500 with a warning', async (name, reason) => {
    const response = await fetch(`${host.url}/api/${name}`)
    expect(response.status).toBe(500)
    expect(response.headers.get('x-local-host-warning')).toContain(reason)
    expect(await response.text()).toBe('')
  })

  test('a body that breaks cuts the response', async () => {
    const response = await fetch(`${host.url}/api/breaks`)
    await expect(response.text()).rejects.toThrow()
    await host.logged(/the body of its response broke: on Azure/)
  })

  test('strict mode records it as a failure of the run', async () => {
    const strict = await startFixture(SOURCE, { strict: true })
    const response = await fetch(`${strict.url}/api/throws`)
    const invocationId = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(response.status).toBe(500)
    expect(strict.failures).toEqual([
      { functionName: 'throws', invocationId, reason: expect.stringContaining('never be answered') },
    ])
    await strict.stop()
  })

  test('a handler that answered on the raw response and then throws is no hang', async () => {
    const response = await fetch(`${host.url}/api/guarded`)
    expect(response.status).toBe(418)
    expect(await response.text()).toBe('teapot')
  })

  test.each([true, false])(
    'an app that sends nothing for 230 s loses its client (streaming: %s)',
    async (streams) => {
      const slow = await startFixture(`
      import { app } from '@azure/functions'
      app.setup({ enableHttpStream: ${streams} })
      app.http('slow', { authLevel: 'anonymous', handler: () => { console.log('slow began'); return new Promise(() => {}) } })
    `)
      const answer = fetch(`${slow.url}/api/slow`)
      await slow.logged(/slow began/)
      slow.controls.clock.advance(230_000)
      expect((await answer).status).toBe(504)
      await slow.stop()
    },
  )
})
