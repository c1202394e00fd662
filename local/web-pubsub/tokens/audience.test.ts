import { expect, test } from 'vitest'
import { acceptsAudience } from './audience.ts'

const url = 'http://127.0.0.1:7290/api/hubs/Chat/groups/a%2Fb/:send?api-version=2024-12-01'

test.each([
  [url, true],
  [url.replace(/\?.*/, ''), true],
  [decodeURIComponent(url), true],
  [url.toUpperCase(), true],
  [url.replace('http:', 'https:'), true],
  [['https://other', url], true],
  [undefined, false],
  ['', false],
  [url.replace('7290', '7291'), false],
  [url.replace('a%2Fb', 'c'), false],
  ['http://127.0.0.1:7290/', false],
  [`${url}&more=1`, false],
])('the audience %j is accepted: %s', (audience, expected) => {
  expect(acceptsAudience(audience, [url])).toBe(expected)
})

test('a broken percent-encoding is compared as it is', () => {
  expect(acceptsAudience('http://h/%zz', ['http://h/%zz'])).toBe(true)
})
