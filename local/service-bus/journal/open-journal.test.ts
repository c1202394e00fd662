import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../service/run.ts'
import type { Journal, JournalRecord } from './journal.ts'
import { openJournal } from './open-journal.ts'

const directories: string[] = []
const newDirectory = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'))
  directories.push(dir)
  return dir
}
afterAll(() => {
  for (const dir of directories) rmSync(dir, { recursive: true })
})

/** A store of numbered values that lives in a journal: the smallest user of one. */
type Store = { journal: Journal; values: Map<number, string>; put(key: number, value: string): Promise<void> }

const openStore = (dir: string, compactAboveBytes = Number.MAX_SAFE_INTEGER): Store => {
  const values = new Map<number, string>()
  const journal = openJournal<{ key: number }>({
    dir,
    compactAboveBytes,
    replay: ({ data, body }) => values.set(data.key, Buffer.from(body ?? []).toString()),
    snapshot: () => [...values].map(([key, value]) => ({ data: { key }, body: Buffer.from(value) })),
  })
  const put = (key: number, value: string): Promise<void> => {
    values.set(key, value)
    return journal.append({ data: { key }, body: Buffer.from(value) })
  }
  return { journal, values, put }
}

const reopen = async (dir: string): Promise<Map<number, string>> => {
  const store = openStore(dir)
  await store.journal.close()
  return store.values
}

const replayed = async (dir: string): Promise<JournalRecord[]> => {
  const records: JournalRecord[] = []
  const journal = openJournal({ dir, replay: (record) => records.push(record), snapshot: () => [] })
  await journal.close()
  return records
}

const filesOf = (dir: string): string[] => readdirSync(dir).toSorted()
const FIRST = 'journal-0000000000'

describe('the journal', () => {
  test('replays every record in order, with and without a body', async () => {
    const dir = newDirectory()
    const journal = openJournal({ dir, replay: () => undefined, snapshot: () => [] })
    const records: JournalRecord[] = [
      { data: { a: 1 } },
      { data: 'text', body: Buffer.from([0, 255]) },
      { data: null, body: Buffer.alloc(0) },
      { data: ['ü', '😀'], body: new Uint8Array([1, 2, 3]).subarray(1) },
    ]
    await Promise.all(records.map((record) => journal.append(record)))
    await journal.close()
    expect(await replayed(dir)).toEqual([
      { data: { a: 1 } },
      { data: 'text', body: Buffer.from([0, 255]) },
      { data: null, body: Buffer.alloc(0) },
      { data: ['ü', '😀'], body: Buffer.from([2, 3]) },
    ])
  })

  test('has a record in the file when its append resolves, and one write for many appends of a turn', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    const promises = Array.from({ length: 3_000 }, (_, key) => store.put(key, 'x'))
    expect(new Set(promises).size).toBe(1)
    await promises[0]
    expect(statSync(join(dir, FIRST)).size).toBeGreaterThan(3_000 * 16)
    await store.journal.close()
    expect((await reopen(dir)).size).toBe(3_000)
  })

  test('goes on behind what is there', async () => {
    const dir = newDirectory()
    for (let round = 0; round < 3; round += 1) {
      const store = openStore(dir)
      await store.put(round, `round ${round}`)
      await store.journal.close()
    }
    expect([...(await reopen(dir)).values()]).toEqual(['round 0', 'round 1', 'round 2'])
  })

  test('reads records that are larger than its window', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    const large = 'x'.repeat(3_000_000)
    await Promise.all([store.put(1, 'small'), store.put(2, large), store.put(3, 'end')])
    await store.journal.close()
    expect([...(await reopen(dir)).values()]).toEqual(['small', large, 'end'])
  })

  test('takes no record after it was closed, and flush waits for what was appended before', async () => {
    const store = openStore(newDirectory())
    let written = false
    void store.put(1, 'a').then(() => (written = true))
    await store.journal.flush()
    expect(written).toBe(true)
    await store.journal.close()
    await expect(store.put(2, 'b')).rejects.toThrow('closed')
  })
})

describe('a crash in the middle of a write', () => {
  test('loses at most what was not whole, at every byte where the file may end', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await store.put(1, 'first')
    const whole = statSync(join(dir, FIRST)).size
    await store.put(2, 'second')
    await store.journal.close()
    const bytes = readFileSync(join(dir, FIRST))
    for (let length = bytes.length; length >= whole; length -= 1) {
      truncateSync(join(dir, FIRST), length)
      expect([...(await reopen(dir)).keys()]).toEqual(length === bytes.length ? [1, 2] : [1])
    }
    expect(statSync(join(dir, FIRST)).size).toBe(whole)
  })

  test('does not stand in the way of later records', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await store.put(1, 'first')
    await store.journal.close()
    appendFileSync(join(dir, FIRST), readFileSync(join(dir, FIRST)).subarray(0, 20))
    const next = openStore(dir)
    await next.put(2, 'second')
    await next.journal.close()
    expect([...(await reopen(dir)).keys()]).toEqual([1, 2])
  })

  test('may leave zeros behind when power was lost', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await store.put(1, 'first')
    await store.journal.close()
    appendFileSync(join(dir, FIRST), Buffer.alloc(5_000))
    expect([...(await reopen(dir)).keys()]).toEqual([1])
  })

  test('a damaged record that is not the last is an error with file and byte, never a silent loss', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await Promise.all([store.put(1, 'first'), store.put(2, 'second')])
    await store.journal.close()
    const path = join(dir, FIRST)
    const good = readFileSync(path)
    const firstRecord = good.length / 2 - 1
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: Math.floor(firstRecord) - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const damaged = Buffer.from(good)
          damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at)
          writeFileSync(path, damaged)
          expect(() => openStore(dir)).toThrow(UsageError)
          expect(() => openStore(dir)).toThrow(`${path} is damaged at byte 0`)
        },
      ),
      { numRuns: 50 },
    )
    writeFileSync(path, good)
    expect((await reopen(dir)).size).toBe(2)
  })
})

describe('compaction', () => {
  test('keeps the state and drops what was overwritten', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    for (let round = 0; round < 100; round += 1) await store.put(round % 3, `round ${round}`)
    const before = statSync(join(dir, FIRST)).size
    await store.journal.compact()
    await store.put(7, 'after')
    await store.journal.close()
    expect(filesOf(dir)).toEqual(['journal-0000000001', 'snapshot-0000000001'])
    expect(statSync(join(dir, 'snapshot-0000000001')).size).toBeLessThan(before / 10)
    expect(await reopen(dir)).toEqual(
      new Map([
        [0, 'round 99'],
        [1, 'round 97'],
        [2, 'round 98'],
        [7, 'after'],
      ]),
    )
  })

  test('happens by itself when the log has grown', async () => {
    const dir = newDirectory()
    const store = openStore(dir, 2_000)
    await Promise.all(Array.from({ length: 100 }, (_, round) => store.put(round % 5, `value ${round}`)))
    await store.journal.close()
    expect(filesOf(dir)).toEqual(['journal-0000000001', 'snapshot-0000000001'])
    expect(statSync(join(dir, 'snapshot-0000000001')).size).toBeLessThan(500)
    expect(await reopen(dir)).toEqual(store.values)
  })

  test('loses nothing that is appended while it runs, and runs once at a time', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await store.put(1, 'before')
    const first = store.journal.compact()
    expect(store.journal.compact()).toBe(first)
    await Promise.all([store.put(2, 'during'), first])
    await store.put(3, 'after')
    await store.journal.close()
    expect([...(await reopen(dir)).values()]).toEqual(['before', 'during', 'after'])
  })

  test('that a crash interrupted anywhere leaves the old files, which are still whole', async () => {
    const dir = newDirectory()
    const store = openStore(dir)
    await store.put(1, 'before')
    await store.journal.close()
    // What is there when the process dies before the snapshot has its name: a new log, and half a snapshot.
    const next = openStore(dir)
    const log = readFileSync(join(dir, FIRST))
    await next.journal.close()
    writeFileSync(join(dir, 'journal-0000000001'), log.subarray(0, log.length - 3))
    writeFileSync(join(dir, 'snapshot-0000000001.tmp'), log.subarray(0, 5))
    const values = await reopen(dir)
    expect([...values.values()]).toEqual(['before'])
    expect(existsSync(join(dir, 'snapshot-0000000001.tmp'))).toBe(false)
    // And when it dies before the old log is deleted: the new snapshot counts alone.
    writeFileSync(join(dir, 'snapshot-0000000002'), log)
    writeFileSync(join(dir, FIRST), 'rubbish')
    expect([...(await reopen(dir)).values()]).toEqual(['before'])
    expect(filesOf(dir)).toEqual(['journal-0000000002', 'snapshot-0000000002'])
  })

  test('that fails says so and keeps everything', async () => {
    const dir = newDirectory()
    const values = new Map([[1, 'kept']])
    const journal = openJournal({
      dir,
      replay: () => undefined,
      snapshot: () => {
        throw new Error('no state')
      },
    })
    await journal.append({ data: { key: 1 }, body: Buffer.from('kept') })
    await expect(journal.compact()).rejects.toThrow('no state')
    await journal.append({ data: { key: 2 }, body: Buffer.from('later') })
    await journal.close()
    expect(await reopen(dir)).toEqual(values.set(2, 'later'))
  })

  test('any mix of changes, compactions and restarts gives the same state', async () => {
    const step = fc.oneof(
      fc.record({ put: fc.nat({ max: 5 }), value: fc.string({ maxLength: 20 }) }),
      fc.constant('compact' as const),
      fc.constant('restart' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const dir = newDirectory()
        const model = new Map<number, string>()
        let store = openStore(dir, 300)
        for (const action of steps) {
          if (action === 'compact') await store.journal.compact()
          else if (action === 'restart') {
            await store.journal.close()
            store = openStore(dir, 300)
          } else {
            model.set(action.put, action.value)
            await store.put(action.put, action.value)
          }
        }
        await store.journal.close()
        expect(await reopen(dir)).toEqual(model)
      }),
      { numRuns: 40 },
    )
  })
})
