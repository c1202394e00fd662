import type { EventSourceMessage } from 'eventsource-parser'
import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { EgressResponse } from '../../kernel/egress.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { readExtensions } from '../dialect/extensions.ts'
import { readError } from '../dialect/read-error.ts'
import { invalidAnswer } from './agent-trouble.ts'
import { readRefusal } from './read-refusal.ts'
import { EventTooLarge, readSse } from './read-sse.ts'

/**
 * A result or an event in the words of the agent. `whole`: it is all of the answer, not one event of a stream.
 * `extensions`: those that the agent has activated.
 */
export type Answer = { text: string; whole: boolean; extensions?: string | undefined }

/** `id`: the JSON-RPC id of the request. */
type Reader = { agent: Agent; dialect: Dialect; id: string; maxBytes: number }

const readMembers = (agent: Agent, text: string): ReadonlyMap<string, string> => {
  try {
    return jsonMembers(text)
  } catch (error) {
    throw invalidAnswer(agent, 'it is no JSON object.', error)
  }
}

/** An agent may write an id otherwise than it was sent. */
const isSame = (id: string | undefined, sent: string): boolean =>
  id === sent || (id !== undefined && JSON.parse(id) === JSON.parse(sent))

const readRpc = (reader: Reader, text: string): string => {
  const { agent, dialect } = reader
  const members = readMembers(agent, text)
  const id = members.get('id')
  // An agent that could not read the id answers null (JSON-RPC 2.0, section 5).
  const isOurs = isSame(id, reader.id) || (members.has('error') && (id === 'null' || id === undefined))
  if (!isOurs) throw invalidAnswer(agent, 'its JSON-RPC id is not that of the call.')
  if (members.has('error')) throw new A2aFailure(readError(dialect, 200, text))
  const result = members.get('result')
  if (result === undefined) throw invalidAnswer(agent, 'it has neither result nor error.')
  return result
}

/** Of REST, a result stands alone; so does an error in the middle of a stream. */
const readBare = ({ agent, dialect }: Reader, text: string): string => {
  // Deleting is answered with nothing.
  if (text.trim() === '') return '{}'
  if (readMembers(agent, text).has('error')) throw new A2aFailure(readError(dialect, 200, text))
  return text
}

const readResult = (reader: Reader, text: string): string =>
  reader.dialect.binding === 'jsonrpc' ? readRpc(reader, text) : readBare(reader, text)

const readEvent = (reader: Reader, { event, data }: EventSourceMessage): string => {
  if (event === 'error') {
    readMembers(reader.agent, data)
    throw new A2aFailure(readError(reader.dialect, 200, data))
  }
  return readResult(reader, data)
}

async function* readEvents(reader: Reader, response: EgressResponse): AsyncGenerator<string> {
  try {
    for await (const event of readSse(response.body, reader.maxBytes)) yield readEvent(reader, event)
  } catch (error) {
    if (!(error instanceof EventTooLarge)) throw error
    throw invalidAnswer(reader.agent, 'one of its events is larger than messages may be.', error)
  }
}

/** Reads what an agent answers, of either binding, as one result or as a stream. @throws A2aFailure EgressError GatewayError */
export async function* readAnswer(
  reader: Reader,
  response: EgressResponse,
): AsyncGenerator<Answer, void, undefined> {
  if (response.status < 200 || response.status > 299) throw await readRefusal(reader, response)
  const type = response.headers.get('content-type') ?? ''
  const extensions = readExtensions((name) => response.headers.get(name))
  if (type.toLowerCase().startsWith('text/event-stream')) {
    for await (const text of readEvents(reader, response)) yield { text, whole: false, extensions }
  } else yield { text: readResult(reader, await response.text(reader.maxBytes)), whole: true, extensions }
}
