import { ProxyId } from '../../contract/agents/proxy-id.ts'
import { compareProxyConfig, type Deployment } from './compare-proxy-config.ts'
import type { Environment } from './connections.ts'
import type { Problem } from './problem.ts'
import { checkProxyConfig, type ProxyConfig, type ProxyRole } from './proxy-config.ts'
import type { SettingsFile } from './read-settings-file.ts'

const SITE_NAME = 'WEBSITE_SITE_NAME'
const DEFAULT_ID = 'local'

/** This deployment among others: its id in envelopes and subscriptions, and whether it reads the agent events. */
export type Proxy = { id: string; role: ProxyRole }

export type LoadedProxy = {
  id: string
  role: ProxyRole
  /** What it says of the settings of gateway.yaml: above their defaults, under everything else. */
  layer: Record<string, Record<string, unknown>>
  problems: Problem[]
  /** Why it has no id of its own: no problem where a2a.proxy_id says one. */
  problemsOfId: Problem[]
  /** What disagrees with the app settings. */
  compare(deployment: Deployment): Problem[]
}

/** On Azure the name of the function app, unless a longer or shorter one is configured. */
const idOf = ({ proxy }: ProxyConfig, siteName: string | undefined): { id: string; problems: Problem[] } => {
  if (proxy.id !== undefined) return { id: proxy.id, problems: [] }
  if (!siteName) return { id: DEFAULT_ID, problems: [] }
  if (ProxyId.safeParse(siteName).success) return { id: siteName, problems: [] }
  const message = `The name of the function app (${SITE_NAME}) is too long to be the id of this deployment. It is called "${DEFAULT_ID}", as other deployments may be.`
  const remedy = 'Set proxy.id in workspace/proxy-config.yaml or AGENT_GATEWAY_A2A__PROXY_ID, and restart.'
  return { id: DEFAULT_ID, problems: [{ setting: SITE_NAME, message, remedy }] }
}

/** Reads workspace/proxy-config.yaml. */
export const loadProxy = (file: SettingsFile, env: Environment): LoadedProxy => {
  const { proxy, problems } = checkProxyConfig(file)
  const { limits, monitoring } = proxy
  const { id, problems: ofId } = idOf(proxy, env[SITE_NAME])
  return {
    id,
    role: proxy.proxy.role,
    layer: {
      log: { level: monitoring.logLevel },
      a2a: {
        max_message_bytes: limits.maxMessageSize,
        max_concurrent_streams: limits.maxConcurrentStreams,
        stream_buffer_bytes: limits.streamBufferSize,
        queue_depth_threshold: limits.queueDepthThreshold,
      },
    },
    problems,
    problemsOfId: ofId,
    compare: (deployment) => compareProxyConfig(proxy, deployment, file.locate),
  }
}
