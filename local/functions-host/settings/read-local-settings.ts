import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { UsageError } from '../../service/run.ts'

/** local.settings.json, as Azure Functions Core Tools read it. */
const LocalSettings = z.object({
  Values: z.record(z.string(), z.union([z.string(), z.null()])).default({}),
  ConnectionStrings: z
    .record(z.string(), z.union([z.string(), z.object({ ConnectionString: z.string() })]))
    .default({}),
  Host: z
    .object({
      LocalHttpPort: z.int().optional(),
      LocalHttpAddress: z.string().optional(),
      CORS: z.string().optional(),
      CORSCredentials: z.boolean().default(false),
    })
    .prefault({}),
})
export type LocalSettings = z.infer<typeof LocalSettings>

/**
 * Reads a local.settings.json. Without a path the file beside the app is read if there is one.
 * @throws UsageError when a named file is missing or a file is wrong.
 */
export const readLocalSettings = (path: string, required: boolean): LocalSettings => {
  if (!existsSync(path)) {
    if (required) throw new UsageError(`${path} does not exist. Name an existing file with --settings.`)
    return LocalSettings.parse({})
  }
  try {
    return LocalSettings.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : String(error)
    throw new UsageError(`${path} is wrong. ${reason}`)
  }
}

/**
 * The environment of the app: `Values` and `ConnectionStrings` of the file below the real environment, which wins.
 * Null values are left out, empty ones kept. `overridden` names the settings that the environment replaced.
 */
export const mergeEnvironment = (
  settings: LocalSettings,
  env: NodeJS.ProcessEnv,
): { env: NodeJS.ProcessEnv; overridden: string[] } => {
  const values = Object.entries(settings.Values).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  const connections = Object.entries(settings.ConnectionStrings).map(
    ([name, value]) =>
      [`ConnectionStrings:${name}`, typeof value === 'string' ? value : value.ConnectionString] as const,
  )
  const fromFile = Object.fromEntries([...values, ...connections])
  const overridden = Object.keys(fromFile).filter((name) => env[name] !== undefined)
  return { env: { ...fromFile, ...env }, overridden }
}
