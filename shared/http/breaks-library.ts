/** Headers as the library makes them from trigger data: text that is JSON for an object or a list is taken for headers. */
const areUsable = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null)
      new Headers(value as ConstructorParameters<typeof Headers>[0])
    return true
  } catch (error) {
    return error instanceof SyntaxError
  }
}

/**
 * Whether the query carries a parameter "headers" on which @azure/functions fails before it calls the handler: the
 * host hands it on as the headers of the request, and `{"a b": "c"}` are none. Nobody would answer then.
 */
export const breaksLibrary = (rawUrl: string): boolean => {
  const at = rawUrl.indexOf('?')
  if (at < 0) return false
  const values = [...new URLSearchParams(rawUrl.slice(at))].filter(
    ([name]) => name.toLowerCase() === 'headers',
  )
  // The host joins what comes several times with a comma.
  return values.length > 0 && !areUsable(values.map(([, value]) => value).join(','))
}
