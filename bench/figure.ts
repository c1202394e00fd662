/** One line of the report. `bound` is what the ratio or value must keep, where something is asked of it. */
export type Figure = {
  name: string
  value: number
  unit: string
  bound?: { atMost: number } | { atLeast: number }
}

export const holds = ({ value, bound }: Figure): boolean =>
  bound === undefined || ('atMost' in bound ? value <= bound.atMost : value >= bound.atLeast)

const describeBound = (figure: Figure): string => {
  const { bound } = figure
  if (bound === undefined) return ''
  const text = 'atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`
  return `${text} ${holds(figure) ? 'ok' : 'MISSED'}`
}

/** The figures as a table for people. */
export const toTable = (figures: readonly Figure[]): string => {
  const rows = figures.map((figure) => [
    figure.name,
    figure.value.toLocaleString('en', { maximumFractionDigits: 3 }),
    figure.unit,
    describeBound(figure),
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    `${(row[0] ?? '').padEnd(widths[0] ?? 0)}  ${(row[1] ?? '').padStart(widths[1] ?? 0)} ${(row[2] ?? '').padEnd(widths[2] ?? 0)}  ${row[3] ?? ''}`
  return rows.map((row) => line(row).trimEnd()).join('\n')
}
