import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../service/run.ts'

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Takes a data folder, made when it is missing, for this process: two brokers on one journal would destroy it.
 * @returns what gives it back.
 * @throws UsageError when a living process has it.
 */
export const lockData = (data: string): (() => void) => {
  mkdirSync(data, { recursive: true })
  const path = join(data, 'pid')
  let holder = 0
  try {
    holder = Number(readFileSync(path, 'utf8'))
  } catch {
    // No file: nobody has it.
  }
  if (holder > 0 && holder !== process.pid && isRunning(holder)) {
    throw new UsageError(
      `${data} is used by process ${holder}. Stop it, choose another folder with --data DIR, or remove ${path} if no gateway runs there.`,
    )
  }
  writeFileSync(path, String(process.pid))
  return () => rmSync(path, { force: true })
}
