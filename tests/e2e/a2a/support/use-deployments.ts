import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { startTestCloud, type Layout, type TestCloud } from '../../support/start-test-cloud.ts'
import { startAgents, type Agents } from './start-agents.ts'
import { writeWorkspace } from './write-workspace.ts'

/** Milliseconds that the start of two deployments, or one test, may take on a busy machine. */
const LIMIT_MS = 90_000

export type Deployments = {
  /** Is asked by the clients; its broker is everybody's. */
  a: TestCloud
  /** Hosts the agents that are elsewhere. */
  b: TestCloud
  agents: Agents
  /** Their workspace folders. */
  workspaces: Readonly<Record<'a' | 'b', string>>
}

export type DeploymentOptions = {
  layout?: Layout
  env?: Readonly<Record<string, string>>
  /** Of proxy-config.yaml. */
  limits?: Readonly<Record<string, unknown>>
}

const start = async ({ layout = 'single', env = {}, limits }: DeploymentOptions) => {
  const agents = await startAgents()
  const workspaces = {
    a: writeWorkspace('a', agents.entries, limits),
    b: writeWorkspace('b', agents.entries, limits),
  }
  const settings = (id: 'a' | 'b') => ({ ...env, AGENT_GATEWAY_WORKSPACE: workspaces[id] })
  const a = await startTestCloud({ layout, id: 'a', env: settings('a') })
  const { serviceBus: connectionString, serviceBusManagement: managementUrl = '' } = a.endpoints
  const serviceBus = { connectionString, managementUrl }
  const b = await startTestCloud({ layout, id: 'b', env: settings('b'), serviceBus })
  const stop = async (): Promise<void> => {
    await Promise.allSettled([b.stop(), agents.stop()])
    await a.stop()
    for (const folder of Object.values(workspaces)) rmSync(folder, { recursive: true, force: true })
  }
  return { a, b, agents, workspaces, stop }
}

/** Two deployments on one Service Bus, and agents of all versions, for all tests of a file. */
export const useDeployments = (options: DeploymentOptions = {}): (() => Deployments) => {
  vi.setConfig({ testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS })
  let started: Awaited<ReturnType<typeof start>> | undefined
  const get = (): Deployments => {
    if (started === undefined) throw new Error('The deployments run only during tests.')
    return started
  }
  beforeAll(async () => {
    started = await start(options)
  })
  beforeEach(() => {
    get().a.explain()
    get().b.explain()
  })
  afterEach(async () => {
    const { a, b } = get()
    await Promise.all([a, b].flatMap(({ controls }) => Object.values(controls)).map(({ clear }) => clear()))
  })
  afterAll(async () => started?.stop())
  return get
}
