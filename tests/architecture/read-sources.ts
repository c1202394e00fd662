import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

const NOT_OURS = new Set(['node_modules', 'dist', '.local', '.git', 'results'])

/** Paths of all files of the repository below ROOT that match, without what is installed or generated. */
export const listFiles = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, withFileTypes: true, exclude: (entry) => NOT_OURS.has(entry.name) })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .toSorted()

export const readSource = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

const IMPORT = /\b(?:from|import|require(?:\.resolve)?)\s*\(?\s*(['"])(?<target>[^'"\n]+)\1/g

/** One import: a file, by its path from ROOT, or a module, by its name. */
export type Import = { kind: 'file' | 'module'; target: string }

/** What a source imports, statically, lazily or for its types. */
export const readImports = (path: string): Import[] =>
  [...withoutComments(readSource(path)).matchAll(IMPORT)].map(({ groups }) => {
    const target = groups?.['target'] ?? ''
    return target.startsWith('.')
      ? { kind: 'file', target: join(dirname(path), target) }
      : { kind: 'module', target }
  })
