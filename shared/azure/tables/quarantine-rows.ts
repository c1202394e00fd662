import type { DeadLetter } from '../../events/dead-letter.ts'
import { encodeKey } from '../../kernel/ids.ts'
import { joinBody, splitBody } from './binary-body.ts'
import type { ReadRow, Row } from './open-table.ts'

/** `agent-events~Subscriptions~gateway.8236…-12`: the partition is what stands before the last point. */
export const locate = (key: string): { partitionKey: string; rowKey: string } => {
  const point = key.lastIndexOf('.')
  return { partitionKey: encodeKey(key.slice(0, point)), rowKey: encodeKey(key.slice(point + 1)) }
}

/** The members that letters can be filtered by. They are columns, encoded: texts from outside may have any character. */
const COLUMNS = ['entity', 'reason', 'status', 'task_id', 'agent_id'] as const

/**
 * A letter as a row: whole as JSON in binary properties, because what agents and receivers wrote may be longer than a
 * text property. `editedBlob` names the body that an operator put in the place of the original.
 */
export const writeLetter = (letter: DeadLetter, editedBlob: string | undefined): Row => ({
  ...locate(letter.key),
  ...Object.fromEntries(COLUMNS.map((name) => [name, encodeKey(letter[name] ?? '')])),
  ...(editedBlob === undefined ? {} : { editedBlob }),
  ...splitBody(Buffer.from(JSON.stringify(letter), 'utf8')),
})

export const readLetter = (row: ReadRow): DeadLetter => JSON.parse(joinBody(row))

export const readEditedBlob = (row: ReadRow): string | undefined =>
  typeof row.editedBlob === 'string' ? row.editedBlob : undefined
