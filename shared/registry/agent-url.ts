import type { Agent } from './agent.ts'

/**
 * A path at the agent's origin, below its base path unless the path says that already. The text is put together, never
 * resolved: nothing but the registry decides on the host.
 */
export const agentUrl = (
  { scheme, fqdn, basePath }: Pick<Agent, 'scheme' | 'fqdn' | 'basePath'>,
  path: string,
): URL => {
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`
  const isBelow =
    rooted === basePath || rooted.startsWith(`${basePath}/`) || rooted.startsWith(`${basePath}?`)
  return new URL(`${scheme}://${fqdn}${isBelow ? '' : basePath}${rooted}`)
}
