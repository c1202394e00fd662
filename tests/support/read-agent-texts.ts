import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettingsFile } from '../../shared/kernel/config/read-settings-file.ts'
import type { FileAgents } from '../../shared/registry/load-files.ts'
import { readAgentFiles } from '../../shared/registry/read-agent-files.ts'

/** A registry file with the keys of the seed: `writer` is hosted here, `critic` by the deployment "there". */
export const SEED_REGISTRY = `version: "1.0"
lastUpdated: "2025-01-15T10:00:00Z"
groups:
  blog-agents:
    agents:
      - id: writer
        fqdn: writer.example:8080
        proxyId: here
        healthEndpoint: /healthz
        agentCardEndpoint: /card.json
        capabilities: [writing]
        a2aCapabilities: { streaming: true }
      - id: critic
        fqdn: localhost:8081
        proxyId: there
`

/** What the deployment "here" reads from files of these texts; a text that is not given is a file that is not there. */
export const readAgentTexts = (
  registry?: string,
  proxy?: string,
  env: Record<string, string> = {},
): FileAgents => {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'))
  try {
    if (registry !== undefined) writeFileSync(join(folder, 'agent-registry.yaml'), registry)
    if (proxy !== undefined) writeFileSync(join(folder, 'proxy-config.yaml'), proxy)
    const readFile = (name: string) => readSettingsFile(join(folder, name), env)
    return readAgentFiles({ readFile, proxyId: 'here' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
