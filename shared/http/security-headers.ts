import type { Settings } from '../kernel/config/settings.ts'
import type { ResponseHeaders } from './gateway-response.ts'

/** The configured security headers; empty ones are left out, and HSTS where the client did not come by https. */
export const securityHeaders = (security: Settings['security'], isHttps: boolean): ResponseHeaders => {
  if (!security.enabled) return {}
  const headers = {
    'x-content-type-options': security.x_content_type_options,
    'x-frame-options': security.x_frame_options,
    'content-security-policy': security.content_security_policy,
    'referrer-policy': security.referrer_policy,
    'strict-transport-security': isHttps ? security.strict_transport_security : '',
  }
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
}
