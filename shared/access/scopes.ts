/** "admin:*" means the same as "admin": a scope covers everything below it. */
const partsOf = (scope: string): string[] => scope.replace(/:\*$/, '').split(':')

/**
 * Whether a caller with these scopes may do what needs `needed`.
 * `*` covers everything; `agents:invoke` covers `agents:invoke:{id}`, not the other way round.
 */
export const grants = (granted: readonly string[], needed: string): boolean => {
  const wanted = partsOf(needed)
  return granted.some(
    (scope) => scope === '*' || partsOf(scope).every((part, index) => wanted[index] === part),
  )
}

/**
 * Puts parameters into a scope: "agents:invoke:{id}" with id "a/b" is "agents:invoke:a%2Fb".
 * Values are percent-encoded, so that none of them adds a part or stands for several.
 */
export const fillScope = (scope: string, params: Readonly<Record<string, string>>): string =>
  scope.replace(/\{(\w+)\}/g, (_written, name: string) =>
    encodeURIComponent(params[name] ?? '').replaceAll('*', '%2A'),
  )
