import { expect, test } from 'vitest'
import { createRefuseAddress } from './refuse-address.ts'

const refuse = createRefuseAddress(['127.0.0.1:8080', '10.1.0.0/16'])

test.each(['https://client.example/', 'http://8.8.8.8/', 'http://127.0.0.1:8080/', 'http://10.1.2.3/'])(
  '%s may be called',
  (url) => expect(refuse(new URL(url))).toBeUndefined(),
)

test.each([
  'http://127.0.0.1/',
  'http://127.0.0.1:8081/',
  'http://2130706433/',
  'http://10.2.0.1/',
  'http://169.254.169.254/latest',
  'http://[::1]/',
  'http://[::ffff:7f00:1]/',
])('%s may not', (url) => expect(refuse(new URL(url))).toContain('egress.allow'))
