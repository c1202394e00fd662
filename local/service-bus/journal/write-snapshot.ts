import { open, rename, rm } from 'node:fs/promises'
import { syncDirectory } from './segments.ts'

/** How many buffers one write takes; the operating system's limit is 1024 (IOV_MAX). */
const BUFFERS_A_WRITE = 512

/** Writes a file in full under another name first, then renames it, so that it is there whole or not at all. */
export const writeSnapshot = async (dir: string, path: string, frames: readonly Buffer[]): Promise<void> => {
  const temporary = `${path}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      for (let from = 0; from < frames.length; from += BUFFERS_A_WRITE) {
        const batch = frames.slice(from, from + BUFFERS_A_WRITE)
        const bytes = batch.reduce((sum, buffer) => sum + buffer.length, 0)
        const { bytesWritten } = await file.writev(batch)
        if (bytesWritten !== bytes)
          throw new Error(`${temporary}: the disk took ${bytesWritten} of ${bytes} bytes`)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    syncDirectory(dir)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
