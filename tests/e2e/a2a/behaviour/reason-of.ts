import { a2aErrors } from '../../../../shared/contract/a2a/a2a-errors.ts'

/** What the official clients call the errors of A2A, without what they put before and behind. */
const names: Readonly<Record<string, number>> = {
  TaskNotFound: -32001,
  TaskNotCancelable: -32002,
  PushNotificationNotSupported: -32003,
  UnsupportedOperation: -32004,
  ContentTypeNotSupported: -32005,
  InvalidAgentResponse: -32006,
  AuthenticatedExtendedCardNotConfigured: -32007,
  ExtendedAgentCardNotConfigured: -32007,
  VersionNotSupported: -32009,
}

const codes = new Map<string, number>(Object.entries(a2aErrors).map(([reason, { code }]) => [reason, code]))

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined

const codeIn = (error: Error): number | string | undefined => {
  const reason = memberOf(error, 'reason')
  const status = memberOf(error, 'statusCode')
  // The REST client of 1.0 takes every reason that it does not know for an internal error.
  if (typeof status === 'number' && reason === 'INTERNAL_ERROR') return `HTTP ${status}`
  if (typeof reason === 'string' && codes.has(reason)) return codes.get(reason)
  for (const name of ['code', 'envelopeCode']) {
    const code = memberOf(error, name)
    if (typeof code === 'number') return code
  }
  const [, named = ''] = /^(\w+?)(JSONRPC)?Error$/.exec(`${error.constructor.name}`) ?? []
  if (names[named] !== undefined) return names[named]
  const [, written] = /\(Code: (-?\d+)/.exec(error.message) ?? []
  return written === undefined ? undefined : Number(written)
}

/** The JSON-RPC code of the error that a client throws, wherever that client has put it. */
export const codeOf = (error: unknown): number | string => {
  if (!(error instanceof Error)) throw error
  const code = codeIn(error) ?? (error.cause instanceof Error ? codeIn(error.cause) : undefined)
  return code ?? `${error.name}: ${error.message}`
}

/** What work comes to: its value, or the code of its error. */
export const outcomeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    return await work
  } catch (error) {
    return { error: codeOf(error) }
  }
}
