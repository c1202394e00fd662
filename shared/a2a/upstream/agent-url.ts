import type { Agent } from '../../registry/agent.ts'

type Address = Pick<Agent, 'scheme' | 'fqdn' | 'basePath'>

/**
 * A path at the agent's origin. The base path comes first, unless the path (of a card, say) has it already.
 * Nothing but the registry decides on the host: the text is put together, never resolved.
 */
export const agentUrl = ({ scheme, fqdn, basePath }: Address, path: string): URL => {
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`
  const isBelow =
    rooted === basePath || rooted.startsWith(`${basePath}/`) || rooted.startsWith(`${basePath}?`)
  return new URL(`${scheme}://${fqdn}${isBelow ? '' : basePath}${rooted}`)
}

/** The URL with further segments at the end of its path: `/v1/message:send`. */
export const belowUrl = (url: URL, path: string): URL => {
  const below = new URL(url)
  below.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  return below
}
