import { lookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { EgressError } from '../egress.ts'
import { isPublicAddress } from './public-address.ts'

type ResolveName = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * How a connection finds its address: the name is resolved once, and only what was checked is connected to, so that a
 * name cannot lead elsewhere after the check.
 * @param options.isAllowed whether an address that is not public may be called all the same
 */
export const createCheckedLookup = (options: {
  isAllowed: (address: string) => boolean
  resolveName?: ResolveName
}): LookupFunction => {
  const { isAllowed, resolveName = lookup } = options
  return (hostname, { all, family, hints }, callback) => {
    const wanted = { all: true as const, ...(family ? { family } : {}), ...(hints ? { hints } : {}) }
    resolveName(hostname, wanted, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const usable = addresses.filter(({ address }) => isPublicAddress(address) || isAllowed(address))
      const [first] = usable
      // The address is not told: who may not call it need not learn it.
      if (first === undefined) return callback(notPublic(hostname), '')
      return all === true ? callback(null, usable) : callback(null, first.address, first.family)
    })
  }
}

export const notPublic = (host: string): EgressError =>
  new EgressError(
    'refused',
    `${host} is not an address of the public internet, and egress.allow does not list it. Use a public address, or have it added there.`,
  )
