import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from '../../service/run.ts'

/** Directories that this process holds; the file alone cannot tell two brokers of one process apart. */
const held = new Set<string>()

/** When a process started, in ticks since boot, where /proc tells; it separates a process from a later one of its id. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The process that wrote a lock, if it still runs. */
const holderOf = (text: string): number | undefined => {
  const [pid = '', start = ''] = text.trim().split(' ')
  const id = Number(pid)
  if (!Number.isSafeInteger(id) || id <= 0 || id === process.pid || !isAlive(id)) return undefined
  return start === '' || startOf(id) === start ? id : undefined
}

/**
 * Makes this process the only one that uses a directory, by a file `lock` in it with the process's id. The lock of a
 * process that no longer runs is taken over.
 * @returns a function that frees the directory.
 * @throws UsageError when another broker holds it.
 */
export const lockDirectory = (dir: string): (() => void) => {
  const path = join(resolve(dir), 'lock')
  const taken = (holder: string): UsageError =>
    new UsageError(`${dir} is in use by ${holder}. Stop it, or choose another directory with --data.`)
  if (held.has(path)) throw taken('another broker of this process')

  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`)
  try {
    for (;;) {
      try {
        // A link fails if the name exists and shows the whole text at once, unlike creating and then writing.
        linkSync(mine, path)
        break
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
      const text = readText(path)
      if (text === undefined) continue
      const holder = holderOf(text)
      if (holder !== undefined) throw taken(`the broker with process id ${holder}`)
      removeStale(path, text)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  held.add(path)
  return () => {
    if (held.delete(path)) rmSync(path, { force: true })
  }
}

/** Moves the lock away, and puts it back if another process took it over since it was read. */
const removeStale = (path: string, text: string): void => {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    if (readText(aside) !== text) linkSync(aside, path)
  } catch {
    // Somebody else was faster: the next look at the file tells.
  } finally {
    rmSync(aside, { force: true })
  }
}
