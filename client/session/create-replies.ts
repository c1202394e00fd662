import type { ClientError } from '../client-error.ts'
import type { Message, MessageType } from '../messages.ts'
import { refusal } from './refusal.ts'

type Waiting = {
  type: MessageType
  /** Whom was asked. */
  peer: string
  resolve: (message: Message) => void
  reject: (error: ClientError) => void
}

/** What was asked and is not answered yet, by the id of the question. */
export const createReplies = () => {
  const waiting = new Map<string, Waiting>()

  /** Programs of the protocol's first implementation leave the correlation id out. */
  const findUncorrelated = ({ type, from }: Message): string | undefined =>
    [...waiting].find(([, question]) => question.type === type && question.peer === from)?.[0]

  return {
    expect: (id: string, { type, peer }: Pick<Waiting, 'type' | 'peer'>): Promise<Message> => {
      const { promise, resolve, reject } = createPromise<Message>()
      // Whoever asked may still be busy with the question.
      promise.catch(() => undefined)
      waiting.set(id, { type, peer, resolve, reject })
      return promise
    },
    forget: (id: string): void => void waiting.delete(id),
    /** Answers a question, if there is one that this sender may answer; says whether there was. */
    take: (message: Message, isFromGateway: boolean): boolean => {
      const id = message.correlation_id ?? findUncorrelated(message) ?? ''
      const question = waiting.get(id)
      if (question === undefined || !(isFromGateway || question.peer === message.from)) return false
      if (message.type !== 'ERROR' && message.type !== question.type) return false
      waiting.delete(id)
      if (message.type === 'ERROR') question.reject(refusal(message))
      else question.resolve(message)
      return true
    },
    fail: (id: string, error: ClientError): void => waiting.get(id)?.reject(error),
    failAll: (error: ClientError): void => {
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}

/** As Promise.withResolvers, which Node has had since version 22. */
const createPromise = <Value>() => {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((...settle) => ([resolve, reject] = settle))
  return { promise, resolve, reject }
}
