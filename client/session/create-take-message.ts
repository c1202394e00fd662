import { ClientError } from '../client-error.ts'
import type { createEmitter } from '../emitter.ts'
import type { Message, MessageType } from '../messages.ts'
import type { createReplies } from './create-replies.ts'
import { refusal } from './refusal.ts'
import type { SessionEvents } from './session-events.ts'

type ToldType = Exclude<MessageType, 'ERROR' | `${string}REGISTER${string}`>

const isTold = (type: MessageType): type is ToldType =>
  !['ERROR', 'REGISTER', 'REGISTERED', 'UNREGISTER'].includes(type)

const gatewayChanged = (now: string, before: string | undefined): ClientError =>
  new ClientError(
    'gateway_changed',
    `The gateway is ${now} now, and was ${before}. It may be another one, or have another key.`,
  )

/**
 * Hands a frame that is believed to whoever waits for it, and tells of it.
 * @param options.refusals what is done when a frame is refused, by its id
 * @param options.end ends the conversation for good
 */
export const createTakeMessage = (options: {
  replies: Pick<ReturnType<typeof createReplies>, 'take'>
  refusals: ReadonlyMap<string, (error: ClientError) => void>
  events: Pick<ReturnType<typeof createEmitter<SessionEvents>>, 'emit'>
  end: (reason: ClientError) => void
}) => {
  const { replies, refusals, events, end } = options

  const takeError = (message: Message<'ERROR'>, isFromGateway: boolean): void => {
    const error = refusal(message)
    const isRefused = refusals.get(message.correlation_id ?? '')
    if (isFromGateway && error.code === 'replaced') end(error)
    else if (isFromGateway && isRefused !== undefined) isRefused(error)
    else events.emit('error', error)
  }

  const tell = <Type extends ToldType>(type: Type, message: Message): void => {
    const name = type.toLowerCase() as Lowercase<Type>
    events.emit(name, message as SessionEvents[Lowercase<Type>])
  }

  /** @param gatewayDid where it is known */
  return (message: Message, gatewayDid: string | undefined): void => {
    const isFromGateway = gatewayDid === undefined || message.from === gatewayDid
    if (message.type === 'REGISTERED' && !isFromGateway) return end(gatewayChanged(message.from, gatewayDid))
    events.emit('message', message)
    const isAnswer = replies.take(message, isFromGateway)
    if (message.type !== 'ERROR') return isTold(message.type) ? tell(message.type, message) : undefined
    if (!isAnswer) takeError(message, isFromGateway)
  }
}
