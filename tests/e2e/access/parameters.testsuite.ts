import { expect, test } from 'vitest'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { operator, reader } from './callers.ts'
import { sendRequest } from './send-request.ts'

const WRONG: Array<[path: string, rule: RegExp]> = [
  ['/stream/t?from=-1', /from.*whole number, 0 or more/],
  ['/stream/t?from=1.5', /from.*whole number, 0 or more/],
  ['/stream/t?from=', /from.*whole number, 0 or more/],
  ['/stream/t?case=kebab', /case.*snake or camel/],
  ['/stream/t?limit=0', /limit.*1 to 100/],
  ['/stream/t?limit=101', /limit.*1 to 100/],
  ['/final/t?wait=201', /wait.*0 to 200/],
  ['/final/t?wait=-1', /wait.*0 to 200/],
  ['/final/t?wait=soon', /wait.*0 to 200/],
  [`/stream/${'x'.repeat(129)}`, /task_id.*at most 128/],
  ['/v1/admin/dead-letters?limit=101', /limit.*1 to 100/],
  ['/v1/admin/dead-letters?status=lost', /status.*held, redriving or redriven/],
  ['/v1/admin/dead-letters?after=x', /"after" is not the "next"/],
]

/** What is out of range is refused with the rule that it breaks. */
export const testParameters = (cloud: () => TestCloud): void => {
  test.each(WRONG)('%s is 400 and names the rule', async (path, rule) => {
    const answer = await sendRequest(cloud().url + path, {
      headers: path.startsWith('/v1/admin') ? operator : { ...reader, accept: 'application/json' },
    })
    expect(answer.status).toBe(400)
    const { error } = JSON.parse(answer.text)
    expect(['validation_failed', 'bad_request']).toContain(error.code)
    expect(error.message).toMatch(rule)
    expect(error.correlation_id).toBe(answer.headers['x-correlation-id'])
  })

  test('a Last-Event-ID that is none is 400 and says what one is', async () => {
    for (const id of ['x', '-2', '1.5', '1,2']) {
      const answer = await sendRequest(`${cloud().url}/stream/t`, {
        headers: { ...reader, 'last-event-id': id },
      })
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text).error.message).toMatch(/Last-Event-ID must be/)
    }
  })

  test('what is not there is 404, and a caller’s correlation id is kept', async () => {
    const answer = await sendRequest(`${cloud().url}/v1/admin/dead-letters/none.1-1`, {
      headers: { ...operator, 'x-correlation-id': 'mine-1' },
    })
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.text).error).toMatchObject({ code: 'not_found', correlation_id: 'mine-1' })
  })
}
