import { closeSync, fstatSync, openSync, writevSync } from 'node:fs'

/** Most buffers of one writev; the operating system's limit is 1024 (IOV_MAX). */
const BUFFERS_A_WRITE = 1024

export type LogWriter = {
  append(frame: readonly Buffer[]): Promise<void>
  flush(): Promise<void>
  /** Writes what is pending to the old file; everything later goes to the new one. */
  switchTo(path: string): void
  close(): void
}

type Batch = { buffers: Buffer[]; written: Promise<void>; resolve(): void; reject(error: unknown): void }

const newBatch = (): Batch => ({ buffers: [], ...settledOutside() })

const settledOutside = () => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Whoever appended gets the rejection; a batch nobody waits for must not end the process.
  promise.catch(() => undefined)
  return { written: promise, resolve, reject }
}

/**
 * Appends to a file in batches: all that one turn of the event loop brings goes out in one write, and one promise is
 * resolved for all of it. The write is synchronous, because it only copies into the page cache, and because the moment
 * between "appended" and "in the old file" would otherwise have to be told apart in a compaction.
 * @param onGrow Told the length of the file after each write.
 */
export const createLogWriter = (path: string, onGrow: (bytes: number) => void): LogWriter => {
  let file = openSync(path, 'a')
  let bytes = fstatSync(file).size
  let batch: Batch | undefined
  let failure: unknown

  const writeOut = (): void => {
    const current = batch
    if (current === undefined) return
    batch = undefined
    try {
      for (let from = 0; from < current.buffers.length; from += BUFFERS_A_WRITE) {
        bytes += writeFully(file, current.buffers.slice(from, from + BUFFERS_A_WRITE))
      }
      current.resolve()
    } catch (error) {
      failure = error
      current.reject(error)
    }
  }

  return {
    append: (frame) => {
      if (failure !== undefined) return Promise.reject(failure)
      if (batch === undefined) {
        batch = newBatch()
        setImmediate(() => {
          writeOut()
          if (failure === undefined) onGrow(bytes)
        })
      }
      batch.buffers.push(...frame)
      return batch.written
    },
    flush: () => batch?.written ?? (failure === undefined ? Promise.resolve() : Promise.reject(failure)),
    switchTo: (next) => {
      writeOut()
      closeSync(file)
      file = openSync(next, 'a')
      bytes = fstatSync(file).size
    },
    close: () => {
      writeOut()
      failure ??= new Error('The journal is closed.')
      closeSync(file)
    },
  }
}

/** Writes all bytes; the operating system may take fewer at a time. */
const writeFully = (file: number, buffers: Buffer[]): number => {
  let written = 0
  let rest = buffers
  while (rest.length > 0) {
    let taken = writevSync(file, rest)
    written += taken
    let whole = 0
    while (whole < rest.length && taken >= (rest[whole]?.length ?? 0)) taken -= rest[whole++]?.length ?? 0
    rest = rest.slice(whole)
    if (taken > 0 && rest[0] !== undefined) rest = [rest[0].subarray(taken), ...rest.slice(1)]
  }
  return written
}
