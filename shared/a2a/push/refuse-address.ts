import { isIP } from 'node:net'
import { createAllowList, targetOf } from '../../kernel/egress/allow-list.ts'
import { isPublicAddress } from '../../kernel/egress/public-address.ts'

/**
 * Why an address may not be called, as far as the URL tells. Where a name leads to is checked at every delivery.
 * @param allow the exceptions of the operator (`egress.allow`)
 */
export const createRefuseAddress = (allow: readonly string[]): ((url: URL) => string | undefined) => {
  const isAllowed = createAllowList(allow)
  return (url) => {
    const target = targetOf(url)
    if (isIP(target.host) === 0 || isPublicAddress(target.host) || isAllowed(target)) return undefined
    return `${url.hostname} is not an address of the public internet, and egress.allow does not list it. Use a public address, or have it added there.`
  }
}
