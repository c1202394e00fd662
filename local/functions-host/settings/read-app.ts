import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { UsageError } from '../../service/run.ts'

const Package = z.object({ main: z.string().min(1) })

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path} is no valid JSON: ${String(error)}`)
  }
}

export type App = { directory: string; entryPoints: string[] }

/**
 * Finds the entry points of a built app: `main` of its package.json, which may be a glob.
 * Azure starts without any function where this host says what is missing.
 */
export const readApp = (folder: string): App => {
  const directory = resolve(folder)
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new UsageError(`${directory} is no folder. Build the app first, or name its folder with --app.`)
  }
  const path = join(directory, 'package.json')
  if (!existsSync(path)) throw new UsageError(`${path} is missing. The app folder needs one with "main".`)
  const { success, data } = Package.safeParse(readJson(path))
  if (!success) throw new UsageError(`${path} has no "main". Name the bundle there, relative to the folder.`)
  const entryPoints = globSync(data.main, { cwd: directory }).toSorted()
  if (entryPoints.length === 0) {
    throw new UsageError(
      `No file matches "main" of ${path} (${data.main}). Build the app, or correct "main".`,
    )
  }
  return { directory, entryPoints: entryPoints.map((file) => join(directory, file)) }
}
