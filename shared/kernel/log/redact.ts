const REDACTED = '[redacted]'

/** Names of keys whose values are secrets, whatever they look like. */
const SECRET_NAME =
  /(authorization|password|passwd|secret|credential|cookie|signature|ticket|connection_?string|(private|api|access|shared|account|master|signing|encryption|function|host)_?key|^key$|(^|_)(token|sas|jwt)$)/i

/** Secrets inside texts: parts of connection strings and addresses, bearer tokens. */
const SECRET_TEXT: readonly [RegExp, string][] = [
  [/\b(SharedAccessKey|AccountKey|AccessKey|SharedAccessSignature)=[^;\s"]+/gi, `$1=${REDACTED}`],
  [/([?&](?:ticket|access_token|token|sig|code)=)[^&\s"]+/gi, `$1${REDACTED}`],
  [/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${REDACTED}`],
]

/** Levels of nesting that are written; deeper ones are cut. */
const MAX_DEPTH = 8

const toSnakeCase = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').replaceAll('-', '_')

/** Whether a value under this name must not be logged. Numbers and switches may: "tokens" counts. */
const isSecret = (name: string, value: unknown): boolean =>
  typeof value !== 'number' &&
  typeof value !== 'boolean' &&
  value !== undefined &&
  value !== null &&
  SECRET_NAME.test(toSnakeCase(name))

const redactText = (text: string): string =>
  SECRET_TEXT.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (depth >= MAX_DEPTH) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1))
  return redactMembers(value, depth)
}

const redactMembers = (value: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecret(name, item) ? REDACTED : redactValue(item, depth + 1),
    ]),
  )

/** A copy of log fields in which secrets are replaced by a mark. */
export const redact = (fields: Record<string, unknown>): Record<string, unknown> => redactMembers(fields, 0)
