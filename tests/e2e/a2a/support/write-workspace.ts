import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** An entry of agent-registry.yaml. */
export type RegistryEntry = { id: string; port: number; proxyId: string } & Readonly<Record<string, unknown>>

/** Writes the workspace of a deployment, with all agents in one group; answers its folder. */
export const writeWorkspace = (
  id: string,
  entries: readonly RegistryEntry[],
  limits: Readonly<Record<string, unknown>> = {},
): string => {
  const folder = mkdtempSync(join(tmpdir(), `workspace-${id}-`))
  const agents = entries.map(({ port, ...entry }) => ({
    ...entry,
    fqdn: `127.0.0.1:${port}`,
    scheme: 'http',
  }))
  const registry = { version: '1.0', groups: { fixtures: { agents } } }
  const proxy = { proxy: { id, role: id === 'a' ? 'coordinator' : 'follower' }, limits }
  writeFileSync(join(folder, 'agent-registry.yaml'), stringify(registry))
  writeFileSync(join(folder, 'proxy-config.yaml'), stringify(proxy))
  return folder
}
