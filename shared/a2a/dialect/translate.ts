import type { Operation } from '../../contract/a2a/operation.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { readParams, writeParams } from './params.ts'
import { readResult, writeResult } from './results.ts'
import { readResponse, writeResponse } from './stream-response.ts'
import { type Translation, translateJson, type Way } from './translate-json.ts'

/** What is said of an agent's answer that is not as its version has it. */
const badAnswer = (what: string): Translation['fail'] => {
  return (shape, rule) =>
    a2aFailure(
      'INVALID_AGENT_RESPONSE',
      `The agent's ${what} is not as A2A ${shape} has it. ${rule}. Correct the agent, or pin the version it speaks.`,
    )
}

/**
 * The params of an operation in another shape, as JSON text; the very same text when the shape is the same.
 * @throws A2aFailure INVALID_PARAMS, naming the member that is wrong.
 */
export const translateParams = (operation: Operation, params: string, ...way: Way): string =>
  translateJson(params, way, {
    read: readParams[operation],
    write: writeParams[operation],
    fail: (shape, rule) =>
      a2aFailure(
        'INVALID_PARAMS',
        `The params of "${operation}" are not as A2A ${shape} has them. ${rule}. Correct them and call again.`,
      ),
  })

/**
 * The result of an operation in another shape, as JSON text; the very same text when the shape is the same.
 * @throws A2aFailure INVALID_AGENT_RESPONSE, naming the member that is wrong.
 */
export const translateResult = (operation: Operation, text: string, ...way: Way): string =>
  translateJson(text, way, {
    read: readResult[operation],
    write: writeResult[operation],
    fail: badAnswer(`result of "${operation}"`),
  })

/**
 * An event of a stream in another shape, as JSON text; the very same text when the shape is the same.
 * @throws A2aFailure INVALID_AGENT_RESPONSE, naming the member that is wrong.
 */
export const translateEvent = (text: string, ...way: Way): string =>
  translateJson(text, way, { read: readResponse, write: writeResponse, fail: badAnswer('event') })
