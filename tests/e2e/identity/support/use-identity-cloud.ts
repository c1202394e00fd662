import { readFileSync, rmSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, beforeEach, onTestFailed, vi } from 'vitest'
import { waitHealthy } from '../../../../local/cloud/wait-healthy.ts'
import { startSdkAgent, type SdkAgent } from '../../../fixtures/a2a/start-sdk-agent.ts'
import { writeWorkspace } from '../../a2a/support/write-workspace.ts'
import { CERTIFICATE } from '../../signaling/support/certificate.ts'
import { findPortBase } from '../../support/find-port-base.ts'
import { settingsOf, type Deployment } from './settings-of.ts'
import { startApp, type App } from './start-app.ts'
import { startEntra, type Entra } from './start-entra.ts'
import { startServices, type Services } from './start-services.ts'

/** Milliseconds that the start, or one test, may take on a busy machine. */
const LIMIT_MS = 60_000
const LAST_LINES = 60

export const CLIENT_ID = '00000000-0000-4000-8000-00000000c11e'
export const APP_OBJECT_ID = 'the-app'
/** What the agent wants a token for. */
export const AGENT_AUDIENCE = 'api://the-agent'

export type IdentityCloud = Services & {
  entra: Entra
  agent: SdkAgent
  /** The deployment that is asked. */
  a: Deployment
  /** Hosts the agent `elsewhere`. */
  b: Deployment
  lines: () => readonly string[]
}

/** The same agent, hosted by either deployment. */
const writeWorkspaces = ({ port }: SdkAgent): Record<'a' | 'b', string> => {
  const auth = { type: 'entra', scope: `${AGENT_AUDIENCE}/.default` }
  const entries = [
    { id: 'here', port, proxyId: 'a', auth },
    { id: 'elsewhere', port, proxyId: 'b', auth },
  ]
  return { a: writeWorkspace('a', entries), b: writeWorkspace('b', entries) }
}

const start = async (): Promise<IdentityCloud> => {
  // What NODE_EXTRA_CA_CERTS does for a whole process, from its start.
  setDefaultCACertificates([...getCACertificates(), readFileSync(CERTIFICATE, 'utf8')])
  const port = await findPortBase()
  const entra = await startEntra({ clientId: CLIENT_ID, objectId: APP_OBJECT_ID })
  const agent = await startSdkAgent({ version: '1.0' })
  const workspaces = writeWorkspaces(agent)
  const deploymentOf = (id: 'a' | 'b', offset: number): Deployment => ({
    id,
    url: `http://127.0.0.1:${port + offset}`,
    workspace: workspaces[id],
    clientId: CLIENT_ID,
  })
  const [a, b] = [deploymentOf('a', 0), deploymentOf('b', 1)]
  const services = await startServices(entra, { gateway: a.url })
  const apps = await Promise.all([a, b].map((each) => startApp(each.url, settingsOf(each, services, entra))))
  await Promise.all([a, b].map(({ url }) => waitHealthy(url)))
  const stop = async (): Promise<void> => {
    await Promise.all(apps.map((app: App) => app.stop()))
    await Promise.all([services.stop(), agent.stop()])
    entra.stop()
    for (const folder of Object.values(workspaces)) rmSync(folder, { recursive: true, force: true })
  }
  return { ...services, entra, agent, a, b, lines: () => apps.flatMap(({ lines }) => lines), stop }
}

/** Two gateways for all tests of a file, on services that take tokens of their identity. */
export const useIdentityCloud = (): (() => IdentityCloud) => {
  vi.setConfig({ testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS })
  let started: IdentityCloud | undefined
  const get = (): IdentityCloud => {
    if (started === undefined) throw new Error('The cloud runs only during tests.')
    return started
  }
  beforeAll(async () => {
    started = await start()
  })
  beforeEach(() => onTestFailed(() => console.error(get().lines().slice(-LAST_LINES).join('\n'))))
  afterAll(async () => started?.stop())
  return get
}
