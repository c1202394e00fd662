import { expect, test } from 'vitest'
import { belowUrl } from './below-url.ts'

test('a path below a URL keeps its query', () => {
  expect(belowUrl(new URL('http://a/rest/?k=1'), '/message:send').href).toBe('http://a/rest/message:send?k=1')
})
