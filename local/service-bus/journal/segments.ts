import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The files of a journal. `snapshot-N` is the state before the first record of `journal-N`; what is true is the newest
 * snapshot and all journals from its number on.
 */
export type Segments = { snapshot: number | undefined; journals: number[] }

const NAME = /^(snapshot|journal)-(\d{10})$/

export const segmentPath = (dir: string, kind: 'snapshot' | 'journal', generation: number): string =>
  join(dir, `${kind}-${String(generation).padStart(10, '0')}`)

/** Finds the files that count and deletes all others of a journal: half-written snapshots and what a newer one replaced. */
export const findSegments = (dir: string): Segments => {
  const found = readdirSync(dir).flatMap((name) => {
    const match = NAME.exec(name)
    if (match === null && name.endsWith('.tmp')) rmSync(join(dir, name), { force: true })
    return match === null ? [] : [{ name, kind: match[1], generation: Number(match[2]) }]
  })
  const snapshots = found.filter((file) => file.kind === 'snapshot').map((file) => file.generation)
  const snapshot = snapshots.length === 0 ? undefined : Math.max(...snapshots)
  for (const file of found) {
    if (file.generation < (snapshot ?? 0)) rmSync(join(dir, file.name), { force: true })
  }
  return {
    snapshot,
    journals: found
      .filter((file) => file.kind === 'journal' && file.generation >= (snapshot ?? 0))
      .map((file) => file.generation)
      .toSorted((left, right) => left - right),
  }
}

/** Makes renames and new names in a directory survive a loss of power. */
export const syncDirectory = (dir: string): void => {
  const handle = openSync(dir, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
