import type { AgentSpec } from '../../../fixtures/a2a/agent-parts.ts'
import { startExactAgent, type ExactAgent } from '../../../fixtures/a2a/start-exact-agent.ts'
import { startHostileAgent, type HostileAgent } from '../../../fixtures/a2a/start-hostile-agent.ts'
import { startSdkAgent, type SdkAgent } from '../../../fixtures/a2a/start-sdk-agent.ts'
import type { RegistryEntry } from './write-workspace.ts'

export type Version = AgentSpec['version']
export type Place = 'here' | 'elsewhere'

export const versions: readonly Version[] = ['1.0', '0.3', '0.2']
export const places: readonly Place[] = ['here', 'elsewhere']

/** `a` is the deployment that is asked, so "here"; `b` the other one. */
const hosts: Readonly<Record<Place, 'a' | 'b'>> = { here: 'a', elsewhere: 'b' }

export type Agents = {
  sdk: Readonly<Record<Version, SdkAgent>>
  /** Of 1.0, and can neither stream nor push. */
  plain: SdkAgent
  hostile: HostileAgent
  exact: ExactAgent
  entries: readonly RegistryEntry[]
  stop(): Promise<void>
}

/** The id by which the gateway knows an agent: every server is known under one id of each place. */
export const agentId = (
  name: Version | 'plain' | 'hostile' | 'exact' | 'seed' | 'down',
  place: Place,
): string => `${place}-${name.replace('.', '-')}`

/** A port where nobody listens. */
const CLOSED_PORT = 9

/** Starts the agents of a run, and says how they are registered. */
export const startAgents = async (): Promise<Agents> => {
  const [v10, v03, v02, plain, hostile, exact] = await Promise.all([
    startSdkAgent({ version: '1.0', extendedCard: true }),
    startSdkAgent({ version: '0.3', extendedCard: true }),
    startSdkAgent({ version: '0.2' }),
    startSdkAgent({ version: '1.0', streaming: false, push: false }),
    startHostileAgent(),
    startExactAgent(),
  ])
  const sdk = { '1.0': v10, '0.3': v03, '0.2': v02 }
  const ports = {
    '1.0': v10.port,
    '0.3': v03.port,
    '0.2': v02.port,
    plain: plain.port,
    hostile: hostile.port,
    exact: exact.port,
  }
  const names = ['1.0', '0.3', '0.2', 'plain', 'hostile', 'exact'] as const
  const entries = places.flatMap((place) => [
    ...names.map((name) => ({ id: agentId(name, place), port: ports[name], proxyId: hosts[place] })),
    {
      id: agentId('seed', place),
      port: exact.port,
      proxyId: hosts[place],
      protocol: { version: 'seed' },
      auth: { type: 'passthrough' },
    },
    { id: agentId('down', place), port: CLOSED_PORT, proxyId: hosts[place] },
  ])
  const stop = async (): Promise<void> => {
    await Promise.all([v10, v03, v02, plain, hostile, exact].map((agent) => agent.stop()))
  }
  return { sdk, plain, hostile, exact, entries, stop }
}
