import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from '../../../local/service-bus/journal/open-journal.ts'

const WRITER = join(import.meta.dirname, '..', '..', 'fixtures', 'journal-writer.ts')

let dir = ''
const directories: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-kill-'))
  directories.push(dir)
})
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true })
})

const startWriter = (compactAboveBytes: number): ChildProcess =>
  spawn(process.execPath, [WRITER, dir, String(compactAboveBytes)], { stdio: ['ignore', 'pipe', 'pipe'] })

/** Lets a writer run until it has acknowledged `count` numbers, then kills it. @returns all it acknowledged. */
const writeAndKill = async (count: number, compactAboveBytes: number): Promise<number[]> => {
  const writer = startWriter(compactAboveBytes)
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: writer.stdout ?? process.stdin })) {
    acknowledged.push(Number(line))
    if (acknowledged.length === count) writer.kill('SIGKILL')
  }
  if (writer.signalCode === null && writer.exitCode === null) await once(writer, 'exit')
  expect(writer.signalCode).toBe('SIGKILL')
  return acknowledged
}

/** Everything a journal replays, in order. */
const replay = async (): Promise<number[]> => {
  const values: number[] = []
  const journal = openJournal<{ value: number }>({
    dir,
    replay: ({ data, body }) => {
      expect(body?.length ?? 0).toBe(data.value % 300)
      values.push(data.value)
    },
    snapshot: () => [],
  })
  await journal.close()
  return values
}

describe('a journal whose process is killed with SIGKILL', () => {
  test('replays every acknowledged record, in order and without a gap', async () => {
    const acknowledged = await writeAndKill(500, Number.MAX_SAFE_INTEGER)
    const values = await replay()
    expect(values).toEqual(Array.from(values, (_, index) => index))
    expect(values.length).toBeGreaterThan(Math.max(...acknowledged))
  })

  test('goes on after it was killed again and again, without losing anything', async () => {
    const acknowledged: number[] = []
    for (const count of [1, 20, 300, 7])
      acknowledged.push(...(await writeAndKill(count, Number.MAX_SAFE_INTEGER)))
    const values = await replay()
    expect(values).toEqual(Array.from(values, (_, index) => index))
    expect(acknowledged.filter((value) => !values.includes(value))).toEqual([])
  })

  test('keeps the newest of every key when it was killed while it compacts all the time', async () => {
    const newest = new Map<number, number>()
    for (const count of [50, 400, 1, 230, 600]) {
      for (const value of await writeAndKill(count, 2_000)) newest.set(value % 40, value)
    }
    const state = new Map((await replay()).map((value) => [value % 40, value]))
    for (const [key, value] of newest) expect(state.get(key)).toBeGreaterThanOrEqual(value)
    expect(readdirSync(dir).some((name) => name.startsWith('snapshot-'))).toBe(true)
  })
})

describe('two brokers on one directory', () => {
  test('the second is refused while the first runs, and may have it when the first was killed', async () => {
    const first = startWriter(0)
    await once(first.stdout ?? process.stdin, 'data')
    const second = startWriter(0)
    let message = ''
    second.stderr?.on('data', (chunk: Buffer) => (message += chunk.toString()))
    const [code] = await once(second, 'close')
    expect(code).toBe(1)
    expect(message).toBe(
      `${dir} is in use by the broker with process id ${first.pid}. Stop it, or choose another directory with --data.`,
    )
    first.kill('SIGKILL')
    await once(first, 'exit')
    expect((await replay()).length).toBeGreaterThan(0)
  })
})
