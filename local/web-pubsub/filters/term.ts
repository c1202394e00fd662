/** The connection that a filter judges. */
export type FilterSubject = {
  userId: string | null
  connectionId: string
  groups: ReadonlySet<string>
  /** The agreed sub-protocol; empty for none. */
  protocol: string
}

export type Value = string | number | boolean | null
export type ValueType = 'string' | 'int' | 'boolean' | 'null'

/** A part of a filter, checked: its type is known before any connection is judged. A string may be null. */
export type Term = { type: ValueType; evaluate: (subject: FilterSubject) => Value }
