import { conflict, notFound } from '../kernel/errors.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { QuarantineStore } from './quarantine-store.ts'

/** Finding and changing one letter, with the errors an operator understands. */
export type LetterBox = {
  find(key: string): Promise<{ value: DeadLetter; version: string }>
  change(key: string, members: Partial<DeadLetter>): Promise<DeadLetter>
  currentBody(letter: DeadLetter): Promise<Uint8Array>
}

export const createLetterBox = (store: QuarantineStore): LetterBox => {
  const find = async (key: string): Promise<{ value: DeadLetter; version: string }> => {
    const found = await store.read(key)
    if (found === undefined)
      throw notFound(`There is no dead letter "${key}". List them at /v1/admin/dead-letters.`)
    return found
  }

  const change = async (key: string, members: Partial<DeadLetter>): Promise<DeadLetter> => {
    const { value, version } = await find(key)
    const letter = { ...value, ...members }
    if (await store.update(letter, version)) return letter
    throw conflict(
      `The dead letter "${key}" was changed by someone else at the same time. Look at it and try again.`,
    )
  }

  const currentBody = (letter: DeadLetter): Promise<Uint8Array> =>
    store.readBody(letter.key, letter.edited ? 'edited' : 'original')

  return { find, change, currentBody }
}
