import { parseJson } from '../../../kernel/json.ts'
import type { Agent } from '../../../registry/agent.ts'
import { A2aFailure, a2aFailure } from '../../a2a-failure.ts'
import { readError } from '../../dialect/read-error.ts'
import { invalidAnswer } from '../agent-trouble.ts'
import type { Answer } from '../read-answer.ts'
import type { ExecReply } from './execute.ts'

/** What connected agents speak. */
export const SPOKEN = { version: '1.0', binding: 'jsonrpc' } as const

const readFailure = ({ id }: Agent, error: string | undefined): A2aFailure => {
  const said = error === undefined ? undefined : parseJson(error).value
  if (error !== undefined && typeof said !== 'string') return new A2aFailure(readError(SPOKEN, 200, error))
  const words = said === undefined || said === '' ? 'it gave no reason' : said
  return a2aFailure('AGENT_FAILED', `The agent "${id}" failed: ${words}`)
}

/**
 * An answer of a connected agent. Undefined for the end of a stream that says nothing more.
 * @throws A2aFailure its own error, AGENT_FAILED, INVALID_AGENT_RESPONSE
 */
export const readReply = (
  { status, result, error }: ExecReply,
  { agent, stream, maxBytes }: { agent: Agent; stream: boolean; maxBytes: number },
): Answer | undefined => {
  if (status === 'failed') throw readFailure(agent, error)
  if (result === undefined) {
    if (status === 'completed' && stream) return undefined
    throw invalidAnswer(agent, 'an EXEC_RESPONSE of it has no result.')
  }
  if (!result.startsWith('{')) throw invalidAnswer(agent, 'its result is no JSON object.')
  if (Buffer.byteLength(result) > maxBytes)
    throw invalidAnswer(agent, 'its result is larger than messages may be.')
  return { text: result, whole: status === 'completed' }
}
