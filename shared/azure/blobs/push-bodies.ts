import type { PushBodies } from '../../a2a/push/send-delivery.ts'
import type { BlobFolder } from './open-folder.ts'

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404

/** Keeps the bodies of push notifications that are too large for a message. */
export const createPushBodies = (folder: BlobFolder): PushBodies => ({
  write: (name, body) => folder.write(name, Buffer.from(body, 'utf8')),
  read: async (name) => {
    try {
      return await folder.readText(name)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  },
  remove: (name) => folder.remove(name),
})
