import { describeEvent } from '../dialect/describe-event.ts'
import { foldEvents } from '../dialect/fold-events.ts'
import type { LogEntry } from './log-event.ts'

/** An entry with its place: `sequence` is its producer's numbering, `part` tells what belongs to one number apart. */
export type PlacedEntry = { entry: LogEntry; sequence: number; part: 'said' | 'final' | 'failure' }

/**
 * The entries of a batch as they are stored: the event that ends a task is followed by the final payload.
 * @param sequence the number of the first entry
 * @param earlier the events that are in the log already, as 1.0 JSON texts; asked for only when a task ends
 */
export const expandEntries = async (
  entries: readonly LogEntry[],
  sequence: number,
  earlier: () => Promise<readonly string[]>,
): Promise<PlacedEntry[]> => {
  const placed: PlacedEntry[] = []
  const texts: string[] = []
  for (const [index, entry] of entries.entries()) {
    const at = { sequence: sequence + index }
    placed.push({ entry, ...at, part: entry.kind === 'failure' ? 'failure' : 'said' })
    if (entry.kind !== 'event') continue
    texts.push(entry.said.text)
    if (describeEvent(entry.said.text).ends !== 'terminal') continue
    const text = JSON.stringify(foldEvents([...(await earlier()), ...texts]))
    placed.push({ entry: { kind: 'final', text }, ...at, part: 'final' })
  }
  return placed
}
