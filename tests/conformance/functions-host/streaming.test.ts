import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app } from '@azure/functions'
app.setup({ enableHttpStream: true })
app.http('hello', { methods: ['GET', 'POST'], authLevel: 'anonymous', handler: async (request) => ({ jsonBody: { url: request.url, method: request.method } }) })
app.http('throws', { authLevel: 'anonymous', handler: async () => { throw new Error('boom') } })
app.http('nothing', { authLevel: 'anonymous', handler: async () => undefined })
`
let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE, { strict: true })
})
afterAll(() => host.stop())

test('a streaming handler answers through the library’s own server', async () => {
  const response = await fetch(`${host.url}/api/hello?x=1`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ url: `${host.url}/api/hello?x=1`, method: 'GET' })
})
test('a handler that throws', async () => {
  const response = await fetch(`${host.url}/api/throws`)
  expect(response.status).toBe(500)
  expect(response.headers.get('x-local-host-warning')).toMatch(/threw/)
  const r2 = await fetch(`${host.url}/api/nothing`)
  expect(r2.status).toBe(500)
  expect(host.failures).toHaveLength(2)
})
