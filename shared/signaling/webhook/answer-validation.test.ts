import { expect, test } from 'vitest'
import { createAnswerValidation } from './answer-validation.ts'

const answer = (endpoint: string, origin?: string) =>
  createAnswerValidation({ endpoint, identity: { isManaged: true } })(
    new Headers(origin ? { 'WebHook-Request-Origin': origin } : {}),
  )

const allowed = (origin: string) => ({ status: 200, headers: { 'WebHook-Allowed-Origin': origin } })

test('the service of the gateway may send events, by its name with the port or without', () => {
  const azure = 'https://Mine.webpubsub.azure.com'
  for (const name of [
    'mine.webpubsub.azure.com',
    'mine.webpubsub.azure.com:443',
    'MINE.webpubsub.azure.com',
  ]) {
    expect(answer(azure, name)).toEqual(allowed(name))
  }
  for (const name of ['127.0.0.1', '127.0.0.1:7290']) {
    expect(answer('http://127.0.0.1:7290', name)).toEqual(allowed(name))
  }
  const connectionString = 'Endpoint=https://mine.webpubsub.azure.com;AccessKey=a=;Version=1.0;'
  const ofKey = createAnswerValidation({ connectionString })
  const headers = new Headers({ 'WebHook-Request-Origin': 'mine.webpubsub.azure.com' })
  expect(ofKey(headers)).toEqual(allowed('mine.webpubsub.azure.com'))
})

test.each([
  'other.webpubsub.azure.com',
  'mine.webpubsub.azure.com.evil.example',
  '*',
  'mine.webpubsub.azure.com:80',
])('nobody else may: %s', (origin) => {
  expect(() => answer('https://mine.webpubsub.azure.com', origin)).toThrow(
    expect.objectContaining({ status: 403 }),
  )
})

test('a question without an origin is a bad request', () => {
  expect(() => answer('https://mine.webpubsub.azure.com')).toThrow(expect.objectContaining({ status: 400 }))
})
