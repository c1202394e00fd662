const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())

const isRule = (cells: readonly string[]): boolean => cells.every((cell) => /^:?-+:?$/.test(cell))

/**
 * The rows of the first table below a heading of a markdown text, without its head.
 * @throws Error when there is no such heading or no table below it
 */
export const readTable = (markdown: string, heading: string): string[][] => {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  if (start < 0) throw new Error(`There is no heading "${heading}".`)
  const below = lines.slice(start + 1)
  const end = below.findIndex((line) => /^#+ /.test(line))
  const section = end < 0 ? below : below.slice(0, end)
  const first = section.findIndex((line) => line.startsWith('|'))
  if (first < 0) throw new Error(`There is no table below "${heading}".`)
  const after = section.slice(first)
  const length = after.findIndex((line) => !line.startsWith('|'))
  const rows = (length < 0 ? after : after.slice(0, length)).map(cellsOf)
  return rows.slice(1).filter((cells) => !isRule(cells))
}
