import { writeSync } from 'node:fs'
import { openJournal } from '../../../../local/service-bus/journal/open-journal.ts'
import { UsageError } from '../../../../local/service/run.ts'

/**
 * A program that writes numbers into a journal as fast as it can until it is killed, and prints each number once it is
 * acknowledged. Usage: `journal-writer.ts DIR COMPACT_ABOVE_BYTES`.
 */
const [dir = '', compactAboveBytes = '0'] = process.argv.slice(2)

const KEYS = 40
const IN_FLIGHT = 16
const values = new Map<number, number>()
let next = 0

const take = (key: number, value: number): void => {
  values.set(key, value)
  next = Math.max(next, value + 1)
}

try {
  const journal = openJournal<{ key: number; value: number }>({
    dir,
    compactAboveBytes: Number(compactAboveBytes),
    replay: ({ data }) => take(data.key, data.value),
    snapshot: () =>
      [...values].map(([key, value]) => ({ data: { key, value }, body: Buffer.alloc(value % 300, 1) })),
  })
  const write = async (): Promise<void> => {
    for (;;) {
      const value = next
      take(value % KEYS, value)
      await journal.append({ data: { key: value % KEYS, value }, body: Buffer.alloc(value % 300, 1) })
      writeSync(1, `${value}\n`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, write))
} catch (error) {
  process.stderr.write(error instanceof UsageError ? error.message : String(error))
  process.exit(1)
}
