import { testBehaviour } from './behaviour/behaviour.testsuite.ts'
import { quietSdks } from './support/quiet-sdks.ts'
import { useDeployments } from './support/use-deployments.ts'

quietSdks()
const deployments = useDeployments({ layout: 'flex', env: { AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1' } })

testBehaviour(deployments, ['1.0'])
