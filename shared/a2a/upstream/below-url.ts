/** The URL with further segments at the end of its path: `/v1/message:send`. */
export const belowUrl = (url: URL, path: string): URL => {
  const below = new URL(url)
  below.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  return below
}
