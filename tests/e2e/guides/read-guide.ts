import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const GUIDES = join(import.meta.dirname, '../../../docs/guides')

export type Guide = {
  text: string
  /** The code blocks of a language, in their order. */
  blocks(language: string): string[]
  /** The rows of the tables below a heading, or below a line of the text; cells without what surrounds them. */
  rows(below: string): string[][]
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

/** Reads a guide. @param name as `signaling` */
export const readGuide = (name: string): Guide => {
  const text = readFileSync(join(GUIDES, `${name}.md`), 'utf8')
  return {
    text,
    blocks: (language) =>
      [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => block),
    rows: (below) => {
      const [, rest = ''] = text.split(`\n${below}\n`)
      const [, table = ''] = /\n((?:\|.*\n)+)/.exec(rest) ?? []
      return table
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2)
        .map(cellsOf)
    },
  }
}

/** A text in backticks, without them. */
export const unquote = (cell: string): string => cell.replaceAll('`', '')
