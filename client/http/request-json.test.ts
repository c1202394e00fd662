import { expect, test } from 'vitest'
import * as z from 'zod'
import { requestJson } from './request-json.ts'

const ask = (answer: () => Response) =>
  requestJson(
    { http: 'https://gateway.example', platform: { fetch: async () => answer() } },
    z.object({ count: z.int() }),
    { path: '/agents' },
  )

test('an answer of the form that is asked for is given', async () => {
  expect(await ask(() => Response.json({ count: 1, more: 2 }))).toEqual({ count: 1 })
})

test.each<[string, () => Response, object]>([
  [
    'an error of the gateway',
    () => Response.json({ error: { message: 'No key.' } }, { status: 401 }),
    { message: expect.stringContaining('401: No key.'), details: { status: 401 } },
  ],
  [
    'an error of something before it',
    () => new Response('<html>', { status: 502 }),
    { message: expect.stringContaining('502'), details: { status: 502 } },
  ],
  [
    'the page of something else',
    () => new Response('<html>'),
    { message: expect.stringContaining('not what a gateway answers'), details: { status: 200 } },
  ],
  [
    'JSON of another form',
    () => Response.json({ count: 'many' }),
    { message: expect.stringContaining('not what a gateway answers'), details: { status: 200 } },
  ],
  [
    'no answer',
    () => {
      throw new TypeError('fetch failed')
    },
    { message: 'The gateway at https://gateway.example cannot be reached.' },
  ],
])('%s is an error of the library', async (_name, answer, error) => {
  await expect(ask(answer)).rejects.toMatchObject({ name: 'ClientError', code: 'http', ...error })
})
