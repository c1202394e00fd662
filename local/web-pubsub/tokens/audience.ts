const decode = (url: string): string => {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

/** A URL as audiences are compared: without scheme and closing slash, decoded, in lower case. */
const normalise = (url: string): string =>
  decode(url)
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/$/, '')
    .toLowerCase()

/**
 * Whether one of a token's audiences is one of `urls` (with the host that the caller dialled). Azure takes them with
 * or without the query, decoded or not, in any case.
 */
export const acceptsAudience = (
  audience: string | string[] | undefined,
  urls: readonly string[],
): boolean => {
  const accepted = new Set(urls.flatMap((url) => [normalise(url), normalise(url.replace(/\?.*$/, ''))]))
  return [audience ?? []].flat().some((claimed) => accepted.has(normalise(claimed)))
}
