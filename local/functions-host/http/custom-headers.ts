import type { HostSettings } from '../settings/read-host-settings.ts'
import type { Exchange } from './exchange.ts'

/** The headers that host.json adds to responses: `customHeaders`, and `hsts` over https. */
export const customHeaders =
  ({ customHeaders: headers, hsts }: HostSettings['extensions']['http']) =>
  ({ scheme }: Exchange): Record<string, string> => {
    if (!hsts.isEnabled || scheme !== 'https') return headers
    const value = [
      `max-age=${Math.round(hsts.maxAge / 1000)}`,
      hsts.includeSubDomains && 'includeSubDomains',
      hsts.preload && 'preload',
    ]
    return { ...headers, 'strict-transport-security': value.filter(Boolean).join('; ') }
  }
