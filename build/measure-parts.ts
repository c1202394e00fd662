import type { Metafile } from 'esbuild'

export type PartSize = { part: string; bytes: number }

/** `functions`, `shared/<part>` or the npm package that a module of the bundle belongs to. */
const partOf = (path: string): string => {
  const inPackage = path.split('node_modules/').slice(1).at(-1)
  if (inPackage !== undefined) {
    return inPackage
      .split('/')
      .slice(0, inPackage.startsWith('@') ? 2 : 1)
      .join('/')
  }
  const [room = '', part = ''] = path.split('/')
  return room === 'shared' && !part.endsWith('.ts') ? `${room}/${part}` : room
}

/** What each part adds to the bundle, in bytes of the minified output, largest first. */
export const measureParts = (metafile: Metafile): PartSize[] => {
  const sizes = new Map<string, number>()
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const part = partOf(path)
      sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput)
    }
  }
  return [...sizes]
    .map(([part, bytes]) => ({ part, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
}

/** The sizes as lines of text in KiB, the sum last. */
export const printParts = (sizes: readonly PartSize[]): string => {
  const total = { part: 'total', bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) }
  return [...sizes, total]
    .map(({ part, bytes }) => `${(bytes / 1024).toFixed(1).padStart(9)} KiB  ${part}`)
    .join('\n')
}
