import { conflict, type GatewayError, notFound } from '../kernel/errors.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { QuarantineStore } from './quarantine-store.ts'

/** A letter with the version it was read at. */
export type FoundLetter = { value: DeadLetter; version: string }

const changedBySomeoneElse = (key: string): GatewayError =>
  conflict(`The dead letter "${key}" was changed by someone else at the same time. Look at it and try again.`)

/** Finding and changing one letter, with the errors an operator understands. */
export type LetterBox = {
  find(key: string): Promise<FoundLetter>
  /** @throws GatewayError 409 when the letter was changed since it was found. */
  change(found: FoundLetter, members: Partial<DeadLetter>): Promise<DeadLetter>
  /** Replaces its body. @throws GatewayError 409 when the letter was changed since it was found. */
  rewrite(found: FoundLetter, body: Uint8Array): Promise<DeadLetter>
  currentBody(letter: DeadLetter): Promise<Uint8Array>
}

export const createLetterBox = (store: QuarantineStore): LetterBox => {
  const find = async (key: string): Promise<FoundLetter> => {
    const found = await store.read(key)
    if (found === undefined)
      throw notFound(`There is no dead letter "${key}". List them at /v1/admin/dead-letters.`)
    return found
  }

  const change: LetterBox['change'] = async ({ value, version }, members) => {
    const letter = { ...value, ...members }
    if (await store.update(letter, version)) return letter
    throw changedBySomeoneElse(value.key)
  }

  const rewrite: LetterBox['rewrite'] = async ({ value, version }, body) => {
    const letter = { ...value, edited: true }
    if (await store.edit(letter, version, body)) return letter
    throw changedBySomeoneElse(value.key)
  }

  const currentBody = (letter: DeadLetter): Promise<Uint8Array> =>
    store.readBody(letter.key, letter.edited ? 'edited' : 'original')

  return { find, change, rewrite, currentBody }
}
