import type { ConnectedAgent, Registration } from './connected-agents.ts'

const SAID = ['capabilities', 'name', 'description', 'card'] as const

/** Whether an agent says of itself what is known of it. */
export const saysSame = (agent: ConnectedAgent, registration: Registration): boolean =>
  SAID.every((name) => JSON.stringify(agent[name]) === JSON.stringify(registration[name]))
