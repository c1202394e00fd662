import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Document, LineCounter, parseDocument } from 'yaml'
import type { Environment } from './connections.ts'
import { expandVariables } from './expand-variables.ts'
import { isContainer, type Path } from './paths.ts'
import type { Problem } from './problem.ts'
import { removeBroken, type ToOriginal, unitOf } from './remove-broken.ts'

/** A parsed file of the workspace. */
export type SettingsFile = {
  value: Record<string, unknown>
  /** False when the whole file had to be ignored. */
  isReadable: boolean
  problems: Problem[]
  /** Where a key stands that is written at this path: "FILE, line 12". */
  locate(path: Path): string
  /** The path at which something in `value` is written. */
  toOriginal: ToOriginal
}

type Parsed = { value: unknown; locate(path: Path): string }

/** What stands at a path, or around it when that is not there, begins in this line. */
const lineOf = (document: Document, lines: LineCounter, path: Path): number | undefined => {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(keys, true)
    if (isContainer(node) && Array.isArray(node.range)) return lines.linePos(Number(node.range[0])).line
  }
  return undefined
}

const parse = (file: string): Parsed => {
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines })
  const [error] = document.errors
  if (error !== undefined) throw new Error(`line ${lines.linePos(error.pos[0]).line}: ${error.code}`)
  const locate = (path: Path): string => {
    const line = lineOf(document, lines, path)
    return line === undefined ? file : `${file}, line ${line}`
  }
  const value: unknown = document.toJS() ?? {}
  if (!isContainer(value) || Array.isArray(value)) throw new Error('line 1: expected keys and values')
  return { value, locate }
}

const unreadable = (file: string, error: unknown): Problem => ({
  setting: basename(file),
  message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. The whole file is ignored.`,
  remedy: 'Correct it and restart.',
})

/**
 * Reads a settings file and expands its `${VAR}`; a file that is not there is an empty one.
 * What is wrong is collected, and left out of the value.
 */
export const readSettingsFile = (file: string, env: Environment): SettingsFile => {
  const nothing = { value: {}, problems: [], locate: () => file, toOriginal: (path: Path) => path }
  if (!existsSync(file)) return { ...nothing, isReadable: true }
  try {
    const { value: written, locate } = parse(file)
    const { value, missing } = expandVariables(written, env)
    const problems = missing.map(({ path, variable }) => ({
      setting: path.join('.'),
      message: `${locate(path)}: ${path.join('.')} refers to \${${variable}}, which is not defined. ${unitOf(path).join('.')} is ignored.`,
      remedy: `Set the environment variable ${variable}, or remove the reference, and restart.`,
    }))
    const toOriginal = removeBroken(
      value,
      missing.map(({ path }) => path),
    )
    return {
      value: isContainer(value) ? value : {},
      isReadable: true,
      problems,
      locate,
      toOriginal,
    }
  } catch (error) {
    return { ...nothing, isReadable: false, problems: [unreadable(file, error)] }
  }
}
