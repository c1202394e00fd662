import { describe } from 'vitest'
import type { Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testConnecting } from './connecting.testsuite.ts'
import { testDidWeb } from './did-web.testsuite.ts'
import { testFrames } from './frames.testsuite.ts'
import { testOutages } from './outages.testsuite.ts'
import { testRegistration } from './registration.testsuite.ts'
import { trustCertificate } from './support/certificate.ts'
import { testWebRtc } from './webrtc.testsuite.ts'

/** The gateway as agents see it that know nothing but the seed's description. */
export const testSignaling = (layout: Layout): void => {
  describe(`signaling, ${layout}`, () => {
    const env = { AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0', LOG_LEVEL: 'debug', ...trustCertificate }
    const cloud = useCloud({ layout, env })
    testConnecting(cloud)
    testRegistration(cloud)
    testFrames(cloud)
    testDidWeb(cloud)
    testWebRtc(cloud)
    // The last: it kills, and lets time pass.
    testOutages(cloud)
  })
}
