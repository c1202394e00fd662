import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockData } from './lock-data.ts'

const createFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a data folder that a living process has is refused, and the way out is told', () => {
  const data = createFolder()
  writeFileSync(join(data, 'pid'), String(process.ppid))
  expect(() => lockData(data)).toThrow(`${data} is used by process ${process.ppid}. Stop it, choose another`)
})

test('a data folder whose process died is taken over, and given back', () => {
  const data = join(createFolder(), 'new')
  lockData(data)
  writeFileSync(join(data, 'pid'), '99999999')
  const unlock = lockData(data)
  unlock()
  expect(existsSync(join(data, 'pid'))).toBe(false)
})
