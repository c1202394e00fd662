const INVALID = 'Only JSON values have a canonical text: finite numbers, whole characters, no functions.'

const scalar = (value: unknown): string => {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(INVALID)
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError(INVALID)
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(INVALID)
  return text
}

/**
 * The canonical text of a JSON value (RFC 8785): what is signed. Members that are undefined are left out, as
 * JSON.stringify does.
 * @throws TypeError for what JSON cannot say.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return scalar(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By UTF-16 code units (3.2.3), as JavaScript compares.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${scalar(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
