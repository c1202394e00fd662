import type { Clock } from '../kernel/clock.ts'
import { conflict } from '../kernel/errors.ts'
import type { DeadLetter } from './dead-letter.ts'
import { createLetterBox } from './letter-box.ts'
import type { DeadLetterFilter, QuarantineStore } from './quarantine-store.ts'
import { createRedrive, type Renew, type Resend } from './redrive.ts'

/** A dead letter with its body: as text where it is UTF-8, else as base64. */
export type ShownDeadLetter = DeadLetter & {
  body: string
  body_encoding: 'utf8' | 'base64'
  /** The body as it first came, when `body` is an edited one. */
  original_body?: string
}

/** What was done to many messages in one call. `next` is given when more may match: call again. */
export type BulkResult = { done: number; failed: Array<{ key: string; message: string }>; next?: string }

type BulkRequest = { filter: DeadLetterFilter; limit: number; after?: string | undefined }

/** What an operator does with messages in quarantine. Every method throws 404 for an unknown key. */
export type DeadLetters = {
  list(
    filter: DeadLetterFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: DeadLetter[]; next?: string }>
  show(key: string): Promise<ShownDeadLetter>
  /** Replaces what will be redriven; the original is kept. */
  edit(key: string, body: Uint8Array): Promise<DeadLetter>
  /** Sends it again to where it came from. Safe to repeat: the message id is the same each time. */
  redrive(key: string): Promise<DeadLetter>
  purge(key: string): Promise<void>
  redriveAll(request: BulkRequest): Promise<BulkResult>
  purgeAll(request: BulkRequest): Promise<BulkResult>
}

const isText = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const encodeBody = (bytes: Uint8Array): { text: string; encoding: 'utf8' | 'base64' } => {
  const encoding = isText(bytes) ? 'utf8' : 'base64'
  return { text: Buffer.from(bytes).toString(encoding), encoding }
}

/** Does the same to every letter of a page; one that fails does not stop the others. */
const forAll =
  (store: QuarantineStore, work: (key: string) => Promise<unknown>) =>
  async ({ filter, limit, after }: BulkRequest): Promise<BulkResult> => {
    const { items, next } = await store.list(filter, { limit, after })
    const failed: BulkResult['failed'] = []
    for (const { key } of items) {
      await work(key).catch((error: unknown) => {
        failed.push({ key, message: error instanceof Error ? error.message : String(error) })
      })
    }
    return { done: items.length - failed.length, failed, ...(next === undefined ? {} : { next }) }
  }

export const createDeadLetters = (options: {
  store: QuarantineStore
  resend: Resend
  renew?: Renew
  clock: Clock
}): DeadLetters => {
  const { store } = options
  const { find, rewrite, currentBody } = createLetterBox(store)
  const redrive = createRedrive(options)

  const purge = async (key: string): Promise<void> => {
    await find(key)
    await store.remove(key)
  }

  return {
    list: (filter, page) => store.list(filter, page),
    show: async (key) => {
      const { value } = await find(key)
      const body = encodeBody(await currentBody(value))
      const original = value.edited ? encodeBody(await store.readBody(key, 'original')).text : undefined
      const shown = { ...value, body: body.text, body_encoding: body.encoding }
      return original === undefined ? shown : { ...shown, original_body: original }
    },
    edit: async (key, body) => {
      const found = await find(key)
      const { status } = found.value
      if (status !== 'held')
        throw conflict(`The dead letter "${key}" is ${status}: it cannot be edited any more.`)
      return rewrite(found, body)
    },
    redrive,
    purge,
    redriveAll: forAll(store, redrive),
    purgeAll: forAll(store, purge),
  }
}
