import { BlockList, isIP, isIPv4 } from 'node:net'

/** The exceptions that an operator makes: hosts by name (`*.suffix` for all below one) and port, addresses, networks. */
export type AllowList = {
  /** By the name in the URL. */
  hasHost(hostname: string, port: string): boolean
  /** By the address that the name leads to. */
  hasAddress(address: string): boolean
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6')

/** The host of a URL without the brackets of IPv6. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase()

const readHost = (entry: string): { host: string; port: string } => {
  const url = URL.canParse(`http://${entry}`) ? new URL(`http://${entry}`) : undefined
  return { host: bareHost(url?.hostname ?? entry), port: url?.port ?? '' }
}

export const createAllowList = (entries: readonly string[]): AllowList => {
  const networks = new BlockList()
  const hosts: Array<{ host: string; port: string }> = []
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    if (isIP(address) === 0) hosts.push(readHost(entry))
    else if (prefix === undefined) networks.addAddress(address, familyOf(address))
    else networks.addSubnet(address, Number(prefix), familyOf(address))
  }

  const matches = (pattern: string, host: string): boolean =>
    pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern

  return {
    hasHost: (hostname, port) =>
      hosts.some(
        (entry) => matches(entry.host, bareHost(hostname)) && (entry.port === '' || entry.port === port),
      ),
    hasAddress: (address) => isIP(address) !== 0 && networks.check(address, familyOf(address)),
  }
}
