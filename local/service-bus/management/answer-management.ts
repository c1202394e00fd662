import { entriesOf } from '../amqp/outcomes.ts'
import { plain, type Typed, typed } from '../amqp/rhea.ts'
import { type Condition, ServiceError } from '../entities/service-error.ts'
import type { Broker } from '../links/broker.ts'
import type { Reply, Request } from '../messages/request.ts'
import { receiveDeferred } from './deferred.ts'
import { updateDispositions } from './dispositions.ts'
import { renewLocks } from './locks.ts'
import type { Answer, Operation } from './operation.ts'
import { peekMessages } from './peek.ts'
import { addRule, listRules, removeRule } from './rules.ts'
import { cancelScheduledMessages, scheduleMessages } from './schedule.ts'
import { getSessionState, listSessions, renewSessionLock, setSessionState } from './sessions.ts'

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response, without `com.microsoft:`. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'peek-message': peekMessages,
  'renew-lock': renewLocks,
  'schedule-message': scheduleMessages,
  'cancel-scheduled-message': cancelScheduledMessages,
  'receive-by-sequence-number': receiveDeferred,
  'update-disposition': updateDispositions,
  'renew-session-lock': renewSessionLock,
  'set-session-state': setSessionState,
  'get-session-state': getSessionState,
  'get-message-sessions': listSessions,
  'add-rule': addRule,
  'remove-rule': removeRule,
  'enumerate-rules': listRules,
}

/** Operations that bill the messages they touch. */
const BILLED_BY_MESSAGE = new Set(['schedule-message', 'receive-by-sequence-number', 'update-disposition'])

const PREFIX = 'com.microsoft:'

const STATUS: Partial<Record<Condition, number>> = {
  'amqp:not-found': 404,
  'com.microsoft:message-not-found': 404,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:session-lock-lost': 410,
  'com.microsoft:entity-already-exists': 409,
  'com.microsoft:argument-error': 400,
  'com.microsoft:argument-out-of-range': 400,
  'com.microsoft:server-busy': 503,
  'amqp:unauthorized-access': 401,
  'amqp:not-implemented': 501,
  'amqp:internal-error': 500,
}

const asAnswer = (error: unknown): Answer => {
  if (error instanceof ServiceError) {
    return { status: STATUS[error.condition] ?? 400, description: error.message, condition: error.condition }
  }
  const description = `The request cannot be carried out: ${error instanceof Error ? error.message : String(error)}`
  return { status: 400, description, condition: 'amqp:decode-error' }
}

const asReply = (answer: Answer, trackingId: Typed | undefined): Reply => ({
  application: new Map([
    ['statusCode', typed.int(answer.status)],
    ['statusDescription', typed.string(answer.description ?? 'OK')],
    ...(answer.condition === undefined ? [] : [['errorCondition', typed.symbol(answer.condition)] as const]),
    ...(trackingId === undefined ? [] : [['com.microsoft:tracking-id', trackingId] as const]),
  ]),
  body: answer.body ?? typed.nothing(),
})

const run = (broker: Broker, address: string, request: Request): Answer => {
  const name = String(plain(request.application.get('operation')) ?? '').replace(PREFIX, '')
  const operation = OPERATIONS[name]
  if (operation === undefined) {
    throw new ServiceError(
      'amqp:not-implemented',
      `The operation '${PREFIX}${name}' is not known. Known: ${Object.keys(OPERATIONS).join(', ')}.`,
    )
  }
  if (!BILLED_BY_MESSAGE.has(name)) broker.engine.bill(name, 0)
  const linkName = plain(request.application.get('associated-link-name'))
  const context = {
    broker,
    destination: broker.namespace.find(address),
    linkName: typeof linkName === 'string' ? linkName : undefined,
  }
  return operation(context, entriesOf(request.body))
}

/** What `<address>/$management` answers to a request. `refusal` is said instead of carrying it out. */
export const answerManagement = (
  broker: Broker,
  address: string,
  { request, refusal }: { request: Request; refusal: ServiceError | undefined },
): Reply => {
  const trackingId = request.application.get('com.microsoft:tracking-id')
  try {
    if (refusal !== undefined) throw refusal
    return asReply(run(broker, address, request), trackingId)
  } catch (error) {
    return asReply(asAnswer(error), trackingId)
  }
}
