import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771) and reserved (RFC 1112). */
const IPV4: ReadonlyArray<readonly [string, number]> = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure's platform channel (DNS, health probes, wire server): reachable from every machine there.
  ['168.63.129.16', 32],
]

/** Global unicast (RFC 4291) is all that is public in IPv6, without what is set aside in it or leads to IPv4 (6to4, Teredo). */
const IPV6_PUBLIC: readonly [string, number] = ['2000::', 3]
const IPV6: ReadonlyArray<readonly [string, number]> = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const listOf = (ranges: ReadonlyArray<readonly [string, number]>, family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

const blocked4 = listOf(IPV4, 'ipv4')
const blocked6 = listOf(IPV6, 'ipv6')
const public6 = listOf([IPV6_PUBLIC], 'ipv6')

/**
 * Whether an address, as a resolver gives it, is one of the public internet. IPv6 forms that embed an IPv4 address
 * (mapped, compatible, NAT64) are outside of global unicast, so they never are.
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !blocked4.check(address, 'ipv4')
  const [plain = ''] = address.split('%')
  return isIPv6(plain) && public6.check(plain, 'ipv6') && !blocked6.check(plain, 'ipv6')
}
