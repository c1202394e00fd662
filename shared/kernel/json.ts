/**
 * What a double may not hold: 16 digits or more, with or without a point between them, and exponents beyond ±99. Only
 * where a number may begin: most ids have digits that look like one.
 */
const LONG_NUMBER = /(?:^|[[,:\s])-?(?:\d[\d.]{15}|[\d.]+[eE][+-]?\d{3})/

const isExact = (value: number, source: string): boolean =>
  !LONG_NUMBER.test(source) || String(value) === source

/**
 * Parses JSON without losing digits: a number that a double cannot hold (a snowflake id in a payload) is kept as the
 * text it was and written back as that text by JSON.stringify.
 * @returns the value, and whether every number in it is an ordinary one.
 * @throws SyntaxError when the text is not JSON.
 */
export const parseJson = (text: string): { value: unknown; exact: boolean } => {
  if (!LONG_NUMBER.test(text)) return { value: JSON.parse(text), exact: true }
  let exact = true
  const keepDigits = (_key: string, value: unknown, context: { source?: string }): unknown => {
    if (typeof value !== 'number' || context.source === undefined || isExact(value, context.source))
      return value
    exact = false
    return rawJson(context.source)
  }
  return { value: JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown), exact }
}

/** `JSON.rawJSON` (ES2026, in Node since 22): not yet in the library types. */
const rawJson = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)

/** JSON with the members of every object sorted: equal values have equal texts, whatever order they were sent in. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === null) {
    return JSON.stringify(value) ?? 'null'
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    .join(',')}}`
}
