import { UsageError } from '../../service/run.ts'

/** The app's settings by name, as its environment has them: names are case-insensitive, `:` may be written `__`. */
export type Settings = { get(name: string): string | undefined }

const normalize = (name: string): string => name.replaceAll('__', ':').toLowerCase()

export const createSettings = (env: NodeJS.ProcessEnv): Settings => {
  const byName = new Map<string, string>()
  for (const [name, value] of Object.entries(env)) if (value !== undefined) byName.set(normalize(name), value)
  return { get: (name) => byName.get(normalize(name)) }
}

/**
 * Replaces every `%NAME%` by the app setting of that name, as triggers do (`INameResolver.ResolveWholeString`).
 * @throws UsageError when a setting is missing.
 */
export const resolveSetting = (settings: Settings, text: string): string =>
  text.replaceAll(/%([^%]+)%/g, (token, name: string) => {
    const value = settings.get(name)
    if (value === undefined || value === '') {
      throw new UsageError(`${token} does not resolve to a value. Add the app setting ${name}.`)
    }
    return value
  })
