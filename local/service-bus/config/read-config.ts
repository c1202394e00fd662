import { readFileSync } from 'node:fs'
import { UsageError } from '../../service/run.ts'
import { checkNamespace } from './check-namespace.ts'
import { EmulatorFile } from './emulator-file.ts'
import type { NamespaceSettings } from './settings.ts'
import { settingsFromFile } from './settings-from-file.ts'
import { stripComments } from './strip-comments.ts'

/** The path of a key as one writes it: `UserConfig.Namespaces[0].Queues[2].Properties.LockDuration`. */
const keyPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`,
    '',
  )

const oneLine = (source: string, problems: readonly string[]): UsageError => {
  const [first = '', ...others] = problems
  return new UsageError(`${source}: ${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`)
}

/**
 * The settings in the JSON value of an emulator file.
 * @param source Named in errors, usually the path of the file.
 * @throws UsageError of one line that names the source, the key and what is wrong with it.
 */
export const parseConfig = (json: unknown, source: string): NamespaceSettings => {
  const parsed = EmulatorFile.safeParse(json)
  if (!parsed.success) {
    throw oneLine(
      source,
      parsed.error.issues.map((issue) => `${keyPath(issue.path)}: ${issue.message}`),
    )
  }
  const namespace = settingsFromFile(parsed.data)
  const problems = checkNamespace(namespace)
  if (problems.length > 0) throw oneLine(source, problems)
  return namespace
}

/** Reads a file with the schema of Microsoft's Service Bus emulator. @throws UsageError */
export const readConfig = (path: string): NamespaceSettings => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  let json: unknown
  try {
    json = JSON.parse(stripComments(text))
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return parseConfig(json, path)
}
