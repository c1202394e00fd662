import { expect, test } from 'vitest'
import { SecuritySettings } from '../kernel/config/security-settings.ts'
import { securityHeaders } from './security-headers.ts'

test('the defaults protect', () => {
  expect(securityHeaders(SecuritySettings.parse({}), true)).toEqual({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'self'",
    'referrer-policy': 'strict-origin-when-cross-origin',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
  })
})

test('HSTS is sent over https only', () => {
  expect(securityHeaders(SecuritySettings.parse({}), false)).not.toHaveProperty('strict-transport-security')
})

test('an empty value leaves its header out, and `enabled: false` all of them', () => {
  const settings = SecuritySettings.parse({ x_frame_options: '', strict_transport_security: '' })
  expect(Object.keys(securityHeaders(settings, true))).toEqual([
    'x-content-type-options',
    'content-security-policy',
    'referrer-policy',
  ])
  expect(securityHeaders(SecuritySettings.parse({ enabled: false }), true)).toEqual({})
})

test('a value that would break the header is refused', () => {
  expect(SecuritySettings.safeParse({ x_frame_options: 'DENY\r\nSet-Cookie: a=b' }).success).toBe(false)
})
