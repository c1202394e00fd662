/** The last word of a chain of proxies is the first value. */
const first = (value: string | null): string | undefined => value?.split(',')[0]?.trim() || undefined

/**
 * Where clients reach the gateway, without a slash at the end: the configured address; else, where forwarding proxies
 * are trusted, what they say; else where the request was sent. The Functions host writes `X-Forwarded-Host` itself, so a
 * proxy that sends another `Host` names the client's in `X-Original-Host`.
 */
export const cardOrigin = (
  options: { publicUrl?: string | undefined; trustForwardedHost: boolean },
  request: { headers: Headers; url: URL },
): string => {
  const { headers, url } = request
  if (options.publicUrl !== undefined) return options.publicUrl.replace(/\/+$/, '')
  if (!options.trustForwardedHost) return url.origin
  const host = first(headers.get('x-original-host')) ?? first(headers.get('x-forwarded-host')) ?? url.host
  const scheme = first(headers.get('x-forwarded-proto')) ?? url.protocol.slice(0, -1)
  const address = `${scheme}://${host}`
  return URL.canParse(address) && /^https?$/.test(scheme) ? new URL(address).origin : url.origin
}
