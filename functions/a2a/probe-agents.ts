import { probeAgents } from '../../shared/compose.ts'
import { a2a } from '../parts.ts'

const EVERY_30_SECONDS = '*/30 * * * * *'

/** Of coordinator and follower alike: each asks the agents that it hosts. */
a2a.timer('a2a_probe_agents', {
  schedule: EVERY_30_SECONDS,
  handler: () => probeAgents()(),
})
