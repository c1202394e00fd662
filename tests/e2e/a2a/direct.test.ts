import { expect, onTestFinished, test } from 'vitest'
import type { AgentSpec } from '../../fixtures/a2a/agent-parts.ts'
import { startSdkAgent } from '../../fixtures/a2a/start-sdk-agent.ts'
import { expectedOf } from './behaviour/expected.ts'
import { playAll } from './behaviour/play-all.ts'
import { flavours, type Flavour } from './clients/flavours.ts'
import { quietSdks } from './support/quiet-sdks.ts'

quietSdks()

/** What is tried of the gateway is tried first of the official servers themselves: so the scenarios are proven. */

/** The official servers that a client understands. */
const servers: Readonly<Record<Flavour, ReadonlyArray<AgentSpec['version']>>> = {
  '1.0 JSON-RPC': ['1.0'],
  '1.0 REST': ['1.0'],
  '0.3 JSON-RPC': ['1.0', '0.3'],
  '0.3 REST': ['1.0', '0.3'],
  '0.2 JSON-RPC': ['1.0', '0.3', '0.2'],
}

/** Where a client and a server, both official, do not work together. */
const broken: Readonly<Record<string, readonly string[]>> = {
  '0.3 JSON-RPC at 1.0': ['stream: to an unknown task'],
  '0.3 REST at 0.3': [
    'push: set, get, list, delete',
    'push: of an unknown task',
    'resubscribe: an unknown task',
    'stream: to an unknown task',
  ],
  '0.2 JSON-RPC at 1.0': ['stream: to an unknown task', 'push: set, get, list, delete'],
}

const combinations = Object.entries(servers).flatMap(([flavour, versions]) =>
  versions.map((version) => ({ flavour: flavour as Flavour, version })),
)

test.for(combinations)('$flavour at $version', async ({ flavour, version }) => {
  const agent = await startSdkAgent({ version, legacy: true, extendedCard: true })
  onTestFinished(() => agent.stop())
  const client = await flavours[flavour](`${agent.url}/`)
  const odd = broken[`${flavour} at ${version}`] ?? []
  for (const [name, outcome] of await playAll(client, agent))
    if (!odd.includes(name)) expect(expectedOf(flavour, name), name).toContainEqual(outcome)
})
