import { checkSettings } from '../kernel/config/check-settings.ts'
import { mergeSettings } from '../kernel/config/paths.ts'
import { checkProxyConfig } from '../kernel/config/proxy-config.ts'
import type { SettingsFile } from '../kernel/config/read-settings-file.ts'
import { checkHosting } from './check-hosting.ts'
import type { FileAgents } from './load-files.ts'
import { RegistryFile } from './registry-file.ts'
import { toAgent } from './to-agent.ts'

/**
 * Reads workspace/agent-registry.yaml, and from workspace/proxy-config.yaml what has to agree with it. What is wrong is
 * left out and listed with file, line and key; it never throws.
 * @param options.readFile reads a YAML file of the workspace with its `${VAR}` expanded.
 * @param options.proxyId this deployment.
 */
export const readAgentFiles = (options: {
  readFile: (name: string) => SettingsFile
  proxyId: string
}): FileAgents => {
  const { readFile, proxyId } = options
  const file = readFile('agent-registry.yaml')
  if (!file.isReadable) return { agents: undefined, problems: file.problems }
  const { settings, problems } = checkSettings(RegistryFile, mergeSettings({}, file.value), {
    ...file,
    guide: 'docs/guides/agents.md',
  })
  const agents = Object.entries(settings.groups).flatMap(([group, { agents: entries }]) =>
    entries.map((entry) => toAgent(entry, { group, origin: 'file', proxyId })),
  )
  const proxyFile = readFile('proxy-config.yaml')
  const { proxy, toOriginal } = checkProxyConfig(proxyFile)
  return {
    agents,
    problems: [
      ...file.problems,
      ...problems,
      ...checkHosting({ proxy, agents, proxyId, locate: proxyFile.locate, toOriginal }),
    ],
  }
}
