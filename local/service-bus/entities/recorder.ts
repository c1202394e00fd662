import type { JournalRecord } from '../journal/journal.ts'
import type { Content } from '../messages/content.ts'
import { encodeContent } from '../messages/encode-message.ts'
import type { Fact } from './facts.ts'

/** Where facts go. */
export type Recorder = {
  record(fact: Fact, content?: Content): void
  /** Resolves when every fact so far is durable; undefined when it is already. */
  durable(): Promise<void> | undefined
}

/** For a broker without a journal. */
export const forgetful: Recorder = { record: () => undefined, durable: () => undefined }

/** Hands facts to a journal, whose `append` resolves in the order of its calls. */
export const createRecorder = (
  append: (record: JournalRecord<Fact>) => Promise<void>,
  onRefused: (error: unknown) => void,
): Recorder => {
  let last: Promise<void> | undefined
  return {
    record: (fact, content) => {
      const written = append(
        content === undefined ? { data: fact } : { data: fact, body: encodeContent(content) },
      )
      if (written === last) return
      last = written
      // A refused write stays in `last`: every later acknowledgement fails with it.
      written.then(() => {
        if (last === written) last = undefined
      }, onRefused)
    },
    durable: () => last,
  }
}
