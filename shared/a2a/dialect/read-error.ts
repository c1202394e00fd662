import * as z from 'zod'
import type { Dialect } from '../../contract/a2a/dialect.ts'
import { a2aErrors } from '../../contract/a2a/a2a-errors.ts'
import { parseJson } from '../../kernel/json.ts'
import { type A2aErrorValue, a2aFailure } from '../a2a-failure.ts'
import { codeOfReason } from './error-facts.ts'
import { isJsonObject } from './json-object.ts'

/** Characters of an agent's answer that are shown when it is no A2A error. */
const MAX_SHOWN = 200

const Plain = z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() })
const Rpc = z.object({ error: Plain })
const Rest = z.object({
  error: z.object({
    code: z.int(),
    status: z.string().optional(),
    message: z.string(),
    details: z.array(z.unknown()).optional(),
  }),
})

const plain = ({ code, message, data }: z.infer<typeof Plain>): A2aErrorValue =>
  data === undefined ? { code, message } : { code, message, data }

/** REST of 1.0 has no code of A2A: the reason in its details tells it, else its status. */
const codeOf = ({ status, details = [] }: z.infer<typeof Rest>['error']): number => {
  for (const detail of details) {
    const reason = isJsonObject(detail) ? detail['reason'] : undefined
    const code = typeof reason === 'string' ? codeOfReason(reason) : undefined
    if (code !== undefined) return code
  }
  if (status === 'NOT_FOUND') return a2aErrors.TASK_NOT_FOUND.code
  if (status === 'INVALID_ARGUMENT') return a2aErrors.INVALID_PARAMS.code
  if (status === 'UNIMPLEMENTED') return a2aErrors.UNSUPPORTED_OPERATION.code
  return a2aErrors.INTERNAL_ERROR.code
}

const rest = ({ error }: z.infer<typeof Rest>): A2aErrorValue => {
  const code = codeOf(error)
  const { message, details } = error
  return details === undefined || details.length === 0 ? { code, message } : { code, message, data: details }
}

const parse = (text: string): unknown => {
  try {
    return parseJson(text).value
  } catch {
    return undefined
  }
}

const readers: Readonly<Record<string, (value: unknown) => A2aErrorValue | undefined>> = {
  rpc: (value) => {
    const { data } = Rpc.safeParse(value)
    return data && plain(data.error)
  },
  rest: (value) => {
    const { data } = Rest.safeParse(value)
    return data && rest(data)
  },
  plain: (value) => {
    const { data } = Plain.safeParse(value)
    return data && plain(data)
  },
}

const orderOf = ({ binding, version }: Dialect): readonly string[] => {
  if (binding === 'jsonrpc') return ['rpc', 'plain']
  return version === '1.0' ? ['rest', 'plain'] : ['plain', 'rest']
}

/**
 * The error that an agent answered with: its own words where it speaks A2A, else AGENT_FAILED.
 * @param text the body of the response: JSON-RPC with `error`, or an error of REST; also the data of an error event.
 */
export const readError = (dialect: Dialect, httpStatus: number, text: string): A2aErrorValue => {
  const value = parse(text)
  for (const name of orderOf(dialect)) {
    const error = readers[name]?.(value)
    if (error !== undefined) return error
  }
  const shown = text.trim().slice(0, MAX_SHOWN)
  const said = shown === '' ? 'nothing' : JSON.stringify(shown)
  return a2aFailure(
    'AGENT_FAILED',
    `The agent answered HTTP ${httpStatus} with something that is no A2A: ${said}. Check the agent and its address.`,
  ).value
}
