/**
 * What an expression of Bicep is worth before a deployment: plain data. What only Azure can say stays as text between
 * `${` and `}`, inside a text too: `https://${app.properties.defaultHostName}/ws`.
 */
export type Value = null | boolean | number | string | Value[] | Reference | { [key: string]: Value }

/** A resource or a module as an expression names it. */
export class Reference {
  /** How it is written: `namespace`, `topics[0]`. */
  readonly text: string
  /** What is known of it before a deployment. */
  readonly members: Readonly<Record<string, Value>>
  /** The resources that are declared inside it: `namespace::topic`. */
  readonly nested: Readonly<Record<string, Reference>>

  constructor(
    text: string,
    members: Readonly<Record<string, Value>>,
    nested: Readonly<Record<string, Reference>> = {},
  ) {
    this.text = text
    this.members = members
    this.nested = nested
  }
}

export type Fields = Record<string, Value>

export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Reference)

/** A value that must be an object. */
export const fieldsIn = (value: Value): Fields => {
  if (!isFields(value)) throw new Error(`${JSON.stringify(value)} is no object.`)
  return value
}

/** A value that only Azure knows. */
export const openValue = (text: string): string => `\${${text}}`

export const isOpen = (value: Value | undefined): value is string | Reference =>
  value instanceof Reference || (typeof value === 'string' && value.includes('${'))

/** What a value is called inside an expression: `${a.b}` is `a.b`. */
export const nameOf = (value: Value): string | undefined => {
  if (value instanceof Reference) return value.text
  return typeof value === 'string' ? /^\$\{([^{}]*)\}$/.exec(value)?.[1] : undefined
}

/** The same with references as open values, so that nothing but data is left. */
export const plain = (value: Value): Value => {
  if (value instanceof Reference) return openValue(value.text)
  if (Array.isArray(value)) return value.map(plain)
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
    : value
}
