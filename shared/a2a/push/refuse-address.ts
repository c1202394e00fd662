import { isIP } from 'node:net'
import { bareHost, createAllowList } from '../../kernel/egress/allow-list.ts'
import { isPublicAddress } from '../../kernel/egress/public-address.ts'

/**
 * Why an address may not be called, as far as the URL tells. Where a name leads to is checked at every delivery.
 * @param allow the exceptions of the operator (`egress.allow`)
 */
export const createRefuseAddress = (allow: readonly string[]): ((url: URL) => string | undefined) => {
  const allowed = createAllowList(allow)
  return ({ hostname, port }) => {
    const host = bareHost(hostname)
    if (isIP(host) === 0 || isPublicAddress(host)) return undefined
    if (allowed.hasHost(host, port) || allowed.hasAddress(host)) return undefined
    return `${hostname} is not an address of the public internet, and egress.allow does not list it. Use a public address, or have it added there.`
  }
}
