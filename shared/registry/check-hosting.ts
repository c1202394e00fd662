import type { Problem } from '../kernel/config/problem.ts'
import type { ProxyConfig } from '../kernel/config/proxy-config.ts'
import type { SettingsFile } from '../kernel/config/read-settings-file.ts'
import type { Agent } from './agent.ts'

type Hosting = {
  proxy: ProxyConfig
  /** Of the registry file. */
  agents: readonly Agent[]
  /** This deployment. */
  proxyId: string
  locate: SettingsFile['locate']
  /** Where something in `proxy` is written. */
  toOriginal: SettingsFile['toOriginal']
}

type Finding = { path: string[]; message: string; remedy: string }

const checkListed = ({ proxy, agents, proxyId }: Hosting): Finding[] =>
  Object.entries(proxy.hostedAgents ?? {}).flatMap(([group, ids]) =>
    ids.flatMap((id, index) => {
      const agent = agents.find((candidate) => candidate.id === id)
      const path = ['hostedAgents', group, String(index)]
      const remedy = `Correct hostedAgents, or the entry of "${id}" in agent-registry.yaml.`
      if (agent === undefined) {
        return [
          {
            path,
            message: `names "${id}", which is not among the valid agents of agent-registry.yaml`,
            remedy,
          },
        ]
      }
      if (agent.group !== group) {
        return [{ path, message: `names "${id}", which is in the group "${agent.group}"`, remedy }]
      }
      if (agent.proxyId === proxyId) return []
      const message = `names "${id}", which "${agent.proxyId}" hosts by its proxyId; this deployment is "${proxyId}"`
      return [{ path, message, remedy }]
    }),
  )

const checkUnlisted = ({ proxy: { hostedAgents }, agents, proxyId }: Hosting): Finding[] => {
  if (hostedAgents === undefined) return []
  const listed = new Set(Object.values(hostedAgents).flat())
  return agents
    .filter((agent) => agent.proxyId === proxyId && !listed.has(agent.id))
    .map(({ id, group }) => ({
      path: ['hostedAgents', group],
      message: `does not name "${id}", which this deployment hosts by its proxyId`,
      remedy: `Add "${id}" to hostedAgents, or correct its proxyId in agent-registry.yaml.`,
    }))
}

/** How subscriptions are filtered (shared/contract/topology.ts), as people write it. */
const isFilterOf = (filter: string, proxyId: string): boolean =>
  /^\s*proxyId\s*=\s*'([^']*)'\s*$/.exec(filter)?.[1] === proxyId

const checkSubscriptions = ({ proxy, agents, proxyId }: Hosting): Finding[] =>
  proxy.subscriptions.flatMap(({ group, filter }, index) => {
    const at = ['subscriptions', String(index)]
    const findings: Finding[] = []
    if (!agents.some((agent) => agent.group === group)) {
      const message = `names the group "${group}", which agent-registry.yaml does not have`
      const remedy = 'Correct the group, or remove the subscription.'
      findings.push({ path: [...at, 'group'], message, remedy })
    }
    if (!isFilterOf(filter, proxyId)) {
      const message = 'is not what the subscriptions of this deployment are filtered by'
      const remedy = `Write filter: "proxyId = '${proxyId}'", or remove the subscription: the infrastructure makes it.`
      findings.push({ path: [...at, 'filter'], message, remedy })
    }
    return findings
  })

/** Where proxy-config.yaml and agent-registry.yaml say different things. The proxyId of an agent counts. */
export const checkHosting = (hosting: Hosting): Problem[] =>
  [...checkListed(hosting), ...checkUnlisted(hosting), ...checkSubscriptions(hosting)].map(
    ({ path, message, remedy }) => {
      const written = hosting.toOriginal(path)
      const setting = written.join('.')
      return { setting, message: `${hosting.locate(written)}: ${setting} ${message}.`, remedy }
    },
  )
