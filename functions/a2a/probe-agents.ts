import { app } from '@azure/functions'
import { probeAgents } from '../../shared/compose.ts'

const EVERY_30_SECONDS = '*/30 * * * * *'

/** Of coordinator and follower alike: each asks the agents that it hosts. */
app.timer('a2a_probe_agents', {
  schedule: EVERY_30_SECONDS,
  handler: () => probeAgents()(),
})
