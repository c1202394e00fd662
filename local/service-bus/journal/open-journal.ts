import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { encodeFrame } from './frame.ts'
import type { Journal, JournalOptions, JournalRecord } from './journal.ts'
import { COMPACT_ABOVE_BYTES } from './limits.ts'
import { lockDirectory } from './lock-directory.ts'
import { createLogWriter } from './log-writer.ts'
import { readFrames, readWholeFrames } from './read-frames.ts'
import { findSegments, segmentPath } from './segments.ts'
import { writeSnapshot } from './write-snapshot.ts'

/** Replays everything in a directory. @returns the journal to go on with, and how many bytes the snapshot has. */
const replayAll = (dir: string, replay: (record: JournalRecord) => void) => {
  const { snapshot, journals } = findSegments(dir)
  if (snapshot !== undefined) readWholeFrames(segmentPath(dir, 'snapshot', snapshot), replay)
  const last = journals.at(-1)
  for (const generation of journals) {
    const path = segmentPath(dir, 'journal', generation)
    if (generation !== last) {
      readWholeFrames(path, replay)
      continue
    }
    const intact = readFrames(path, replay)
    // What is cut off was never acknowledged; it must not stand between the records that follow.
    if (intact < statSync(path).size) truncateSync(path, intact)
  }
  return {
    generation: last ?? snapshot ?? 0,
    oldest: Math.min(snapshot ?? Infinity, ...journals),
    snapshotBytes: snapshot === undefined ? 0 : statSync(segmentPath(dir, 'snapshot', snapshot)).size,
  }
}

/**
 * Opens the journal of a directory: takes the directory's lock, replays what is in it, and appends from there.
 * @throws UsageError when another process holds the directory, or when a file is damaged (it names file and byte).
 */
export const openJournal = <Data>(options: JournalOptions<Data>): Journal<Data> => {
  const { dir } = options
  mkdirSync(dir, { recursive: true })
  const unlock = lockDirectory(dir)
  let state: ReturnType<typeof replayAll>
  try {
    state = replayAll(dir, (record) => options.replay(asData(record)))
  } catch (error) {
    unlock()
    throw error
  }
  let { generation, snapshotBytes } = state
  let oldest = Math.min(state.oldest, generation)
  let compacting: Promise<void> | undefined

  const writer = createLogWriter(segmentPath(dir, 'journal', generation), (bytes) => {
    if (bytes <= Math.max(options.compactAboveBytes ?? COMPACT_ABOVE_BYTES, snapshotBytes)) return
    compact().catch((error: unknown) => {
      process.emitWarning(`The journal in ${dir} could not be compacted and keeps growing: ${String(error)}`)
    })
  })

  const replaceLog = async (): Promise<void> => {
    generation += 1
    const current = generation
    writer.switchTo(segmentPath(dir, 'journal', current))
    const frames = [...options.snapshot()].flatMap(encodeFrame)
    await writeSnapshot(dir, segmentPath(dir, 'snapshot', current), frames)
    snapshotBytes = frames.reduce((sum, frame) => sum + frame.length, 0)
    for (; oldest < current; oldest += 1) {
      rmSync(segmentPath(dir, 'snapshot', oldest), { force: true })
      rmSync(segmentPath(dir, 'journal', oldest), { force: true })
    }
  }

  const compact = (): Promise<void> => {
    compacting ??= replaceLog().finally(() => {
      compacting = undefined
    })
    return compacting
  }

  return {
    append: (record) => writer.append(encodeFrame(record)),
    flush: () => writer.flush(),
    compact,
    close: async () => {
      await compacting?.catch(() => undefined)
      writer.close()
      unlock()
    },
  }
}

/** What `append` took is what `replay` gets: JSON of one's own, read back. */
const asData = <Data>(record: JournalRecord): JournalRecord<Data> => record as JournalRecord<Data>
