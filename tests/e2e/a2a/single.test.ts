import { describe } from 'vitest'
import { testBehaviour } from './behaviour/behaviour.testsuite.ts'
import { testBytes } from './proof/bytes.testsuite.ts'
import { testErrors } from './proof/errors.testsuite.ts'
import { testFuzz } from './proof/fuzz.testsuite.ts'
import { testHostile } from './proof/hostile.testsuite.ts'
import { testKills } from './proof/kills.testsuite.ts'
import { testLarge } from './proof/large.testsuite.ts'
import { testLoad } from './proof/load.testsuite.ts'
import { testLog } from './proof/log.testsuite.ts'
import { testPush } from './proof/push.testsuite.ts'
import { testSurface } from './proof/surface.testsuite.ts'
import { testSubjects } from './proof/subjects.testsuite.ts'
import { quietSdks } from './support/quiet-sdks.ts'
import { versions } from './support/start-agents.ts'
import { useDeployments } from './support/use-deployments.ts'

quietSdks()
const deployments = useDeployments({
  layout: 'single',
  env: {
    // Of both: what one seals for the way over the bus the other opens.
    AGENT_GATEWAY_SECRET_KEY: 'a key of both deployments, 0123456789',
    AGENT_GATEWAY_A2A__LEASE_SECONDS: '2',
    AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1',
    AGENT_GATEWAY_A2A__BREAKER__FAILURES: '1000',
  },
  limits: { maxConcurrentStreams: 320, maxMessageSize: '16 MB', streamBufferSize: '32 MB' },
})

describe('behaviour', () => testBehaviour(deployments, versions))
describe('errors', () => testErrors(deployments))
describe('surface', () => testSurface(deployments))
describe('bytes', () => testBytes(deployments))
describe('log', () => testLog(deployments))
describe('push', () => testPush(deployments))
describe('subjects', () => testSubjects(deployments))
describe('large', () => testLarge(deployments))
describe('hostile', () => testHostile(deployments))
describe('fuzz', () => testFuzz(deployments))
describe('load', () => testLoad(deployments))
describe('kills', () => testKills(deployments))
