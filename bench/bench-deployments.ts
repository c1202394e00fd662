import { rmSync } from 'node:fs'
import { writeWorkspace } from '../tests/e2e/a2a/support/write-workspace.ts'
import { type BenchCloud, startBenchCloud } from './bench-cloud.ts'
import { startAgent } from './start-agent.ts'

/** Where one agent takes JSON-RPC: its own address, and two addresses of the same gateway. */
export type Ways = {
  direct: string
  /** Hosted by the deployment that is asked. */
  here: string
  /** Hosted by another deployment on the same Service Bus. */
  bus: string
}

/** As the report calls them. */
export const wayNames: Readonly<Record<keyof Ways, string>> = {
  direct: 'direct',
  here: 'hosted here',
  bus: 'over the bus',
}

export type BenchDeployments = { ways: Ways; remove(): Promise<void> }

/** A stream that its client has read to the end may count for a moment longer. */
const LIMITS = { maxConcurrentStreams: 400 }

/** Two deployments, each with storage and Web PubSub of its own, on one broker, and an agent. */
export const startBenchDeployments = async (): Promise<BenchDeployments> => {
  const agent = await startAgent()
  const entries = [
    { id: 'here', port: agent.port, proxyId: 'a' },
    { id: 'bus', port: agent.port, proxyId: 'b' },
  ]
  const folders: string[] = []
  const clouds: BenchCloud[] = []
  const start = async (id: 'a' | 'b', asked?: BenchCloud): Promise<BenchCloud> => {
    const folder = writeWorkspace(id, entries, LIMITS)
    folders.push(folder)
    const serviceBus = asked && {
      connectionString: asked.endpoints.serviceBus,
      managementUrl: asked.managementUrl,
    }
    const cloud = await startBenchCloud({ id, serviceBus, env: { AGENT_GATEWAY_WORKSPACE: folder } })
    clouds.unshift(cloud)
    return cloud
  }
  const remove = async (): Promise<void> => {
    for (const cloud of clouds) await cloud.remove()
    await agent.stop()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const asked = await start('a')
    await start('b', asked)
    const { gateway } = asked.endpoints
    const ways = { direct: `${agent.url}/rpc`, here: `${gateway}/agents/here`, bus: `${gateway}/agents/bus` }
    return { ways, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
