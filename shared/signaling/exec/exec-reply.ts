import * as z from 'zod'
import { jsonMembers, jsonObject } from '../../kernel/json-members.ts'
import { SignalFailure } from '../signal-failure.ts'

const Status = z.enum(['streaming', 'completed', 'failed'])

/** One answer of an agent to a call. `completed` and `failed` end it. `result` and `error`: JSON texts as the agent wrote them. */
export type ExecReply = { status: z.infer<typeof Status>; result?: string; error?: string }

/** Programs that write every member write null for what they do not have. */
const readMember = (members: ReadonlyMap<string, string>, name: string): string | undefined => {
  const text = members.get(name)
  return text === 'null' ? undefined : text
}

const withTexts = (status: ExecReply['status'], members: ReadonlyMap<string, string>): ExecReply => {
  const [result, error] = [readMember(members, 'result'), readMember(members, 'error')]
  return { status, ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) }
}

/** Without a word of it, an error says how the call ended. */
const readStatus = (status: string | undefined, hasError: boolean): ExecReply['status'] => {
  const read = Status.safeParse(status ?? (hasError ? 'failed' : 'completed'))
  if (read.success) return read.data
  throw new SignalFailure(
    'schema',
    `The status of an EXEC_RESPONSE to the gateway must be one of ${Status.options.join(', ')}. Correct it and send it again.`,
  )
}

/** Reads the answer in a frame. @param status as its payload has it. @throws SignalFailure MALFORMED_MESSAGE */
export const readExecReply = (frame: string, status: string | undefined): ExecReply => {
  const payload = jsonMembers(jsonMembers(frame).get('payload') ?? '{}')
  return withTexts(readStatus(status, readMember(payload, 'error') !== undefined), payload)
}

/** An answer as an event of its stream; what the agent wrote stays byte for byte. */
export const encodeExecReply = ({ status, result, error }: ExecReply): string =>
  jsonObject([
    ['status', JSON.stringify(status)],
    ['result', result],
    ['error', error],
  ])

export const decodeExecReply = (body: string): ExecReply => {
  const members = jsonMembers(body)
  return withTexts(Status.parse(JSON.parse(members.get('status') ?? 'null')), members)
}
