import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAgent } from '../support/publish.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { operator, reader } from './callers.ts'
import { sendRequest, type Sent } from './send-request.ts'

/** Names under which a client could try to put headers and parameters of its own into the trigger's data. */
const names = ['headers', 'Headers', 'HEADERS']

const page = { accept: 'application/json' }

/** On Azure a JSON body and a query can replace the headers and parameters that a function is given. */
export const testTampering = (cloud: () => TestCloud): void => {
  const get = (path: string, sent: Sent = {}) => sendRequest(cloud().url + path, sent)

  test.each(names)('credentials in the query as %s are none', async (name) => {
    const query = new URLSearchParams({ [name]: JSON.stringify({ ...reader, ...page }) })
    expect((await get(`/stream/t?${query}`, { headers: page })).status).toBe(401)
  })

  test.each(names)('credentials in a JSON body as %s are none', async (name) => {
    const body = JSON.stringify({ [name]: { ...operator, ...reader, ...page }, ...operator })
    const headers = { ...page, 'content-type': 'application/json' }
    expect((await get('/stream/t', { headers, body })).status).toBe(401)
    const redrive = '/v1/admin/dead-letters:redrive'
    expect((await get(redrive, { method: 'POST', headers: { ...headers, ...reader }, body })).status).toBe(
      403,
    )
  })

  test.each(names)('a JSON body that says %s takes no header away', async (name) => {
    for (const value of [1, {}, { accept: 'text/event-stream', 'last-event-id': '99' }]) {
      const body = JSON.stringify({ [name]: value, from: '7', task_id: 'another' })
      const headers = { ...reader, ...page, 'content-type': 'application/json' }
      const answer = await get('/stream/untouched', { headers, body })
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text)).toMatchObject({ task_id: 'untouched', next: 0 })
    }
  })

  test.each(names)(
    'a query that says %s is refused or ignored, never obeyed, and always answered',
    async (name) => {
      for (const value of ['1', '{}', '{"a b":"c"}', '[["x"]]', JSON.stringify({ 'last-event-id': '99' })]) {
        const query = new URLSearchParams({ [name]: value })
        const answer = await get(`/stream/t?${query}`, { headers: { ...reader, ...page } })
        expect(answer.status).toBe(400)
      }
    },
  )

  test('a parameter of the path cannot be replaced by the body or the query', async () => {
    const task = randomUUID()
    await createAgent(cloud(), { task }).sendRaw({ task_id: task })
    const listed = await until('the dead letter is listed', async () => {
      const answer = await get(`/v1/admin/dead-letters?task_id=${task}`, { headers: operator })
      const { items } = JSON.parse(answer.text)
      return items.length === 1 && items
    })
    const [{ key }] = listed
    const headers = { ...operator, 'content-type': 'application/json' }
    const body = JSON.stringify({ key: 'another', task_id: task })
    const path = `/v1/admin/dead-letters/${encodeURIComponent(key)}/body`
    const edited = await get(path, { method: 'PUT', headers, body })
    expect(JSON.parse(edited.text)).toMatchObject({ key, edited: true })
    const shown = await get(`/v1/admin/dead-letters/${encodeURIComponent(key)}`, { headers: operator })
    expect(JSON.parse(shown.text)).toMatchObject({
      key,
      body,
      original_body: JSON.stringify({ task_id: task }),
    })
  })
}
