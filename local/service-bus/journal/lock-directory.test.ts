import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../service/run.ts'
import type { Journal } from './journal.ts'
import { openJournal } from './open-journal.ts'

const directories: string[] = []
const newDirectory = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-lock-'))
  directories.push(dir)
  return dir
}
afterAll(() => {
  for (const dir of directories) rmSync(dir, { recursive: true })
})

const open = (dir: string): Journal => openJournal({ dir, replay: () => undefined, snapshot: () => [] })
const filesOf = (dir: string): string[] => readdirSync(dir).toSorted()
const FIRST = 'journal-0000000000'

describe('the lock of the directory', () => {
  test('is held against a second journal and free after close', async () => {
    const dir = newDirectory()
    const journal = open(dir)
    expect(() => open(dir)).toThrow(UsageError)
    expect(() => open(dir)).toThrow(`${dir} is in use by another broker of this process`)
    await journal.close()
    expect(filesOf(dir)).toEqual([FIRST])
    await open(dir).close()
  })

  test('of a living process names it, of a dead one is taken over', async () => {
    const dir = newDirectory()
    writeFileSync(join(dir, 'lock'), `${process.ppid} \n`)
    expect(() => open(dir)).toThrow(`the broker with process id ${process.ppid}`)
    // The id is in use again, but by a process that started at another time.
    writeFileSync(join(dir, 'lock'), `${process.ppid} 1\n`)
    await open(dir).close()
    writeFileSync(join(dir, 'lock'), 'no number')
    await open(dir).close()
    expect(filesOf(dir)).toEqual([FIRST])
  })

  test('is freed when the journal cannot be opened', async () => {
    const dir = newDirectory()
    writeFileSync(join(dir, FIRST), 'this is not a journal at all')
    expect(() => open(dir)).toThrow('is damaged at byte 0')
    rmSync(join(dir, FIRST))
    await open(dir).close()
  })
})
