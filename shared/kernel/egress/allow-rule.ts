import { BlockList, isIP, isIPv4 } from 'node:net'

/** A host as the URL writes it, IPv6 without its brackets, or the address it leads to; and a port, never empty. */
export type Target = { host: string; port: string }

/** Whether an exception holds for a target. */
export type AllowRule = (target: Target) => boolean

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6')

const networkOf = (entry: string): BlockList | undefined => {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  if (isIP(address) === 0) return undefined
  const bits = isIPv4(address) ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  if (length > bits) return undefined
  const network = new BlockList()
  network.addSubnet(address, length, familyOf(address))
  return network
}

/** `name`, `*.suffix`, `[::1]`, each with or without `:port`. */
const HOST = /^((?:\*\.)?[^\s/?#@:*[\]]+|\[[\d:a-f.]+\])(?::(\d{1,5}))?$/i

const bare = (host: string): string => host.replace(/^\[|\]$/g, '')

const hostRule = (entry: string): AllowRule | undefined => {
  const [, written = '', port] = HOST.exec(entry) ?? []
  const isSuffix = written.startsWith('*.')
  const name = isSuffix ? written.slice(2) : written
  // As the host of a URL will be written: in lower case, in ASCII, addresses in their one form.
  if (name === '' || !URL.canParse(`http://${name}`)) return undefined
  const host = bare(new URL(`http://${name}`).hostname)
  return (target) =>
    (port === undefined || target.port === port) &&
    (isSuffix ? target.host.endsWith(`.${host}`) : target.host === host)
}

/**
 * An entry of `egress.allow`: `name`, `*.suffix`, an address, each with or without `:port` (IPv6 then in brackets), or
 * a network such as `10.0.0.0/8`. Undefined when it is none of these.
 */
export const allowRule = (entry: string): AllowRule | undefined => {
  const network = networkOf(entry)
  if (network === undefined) return hostRule(entry)
  return ({ host }) => isIP(host) !== 0 && network.check(host, familyOf(host))
}
