/** AMQP conditions that Azure answers and the SDK turns into codes of `ServiceBusError`. */
export type Condition =
  | 'amqp:not-found'
  | 'amqp:not-allowed'
  | 'amqp:unauthorized-access'
  | 'amqp:internal-error'
  | 'amqp:decode-error'
  | 'amqp:not-implemented'
  | 'amqp:resource-limit-exceeded'
  | 'amqp:resource-deleted'
  | 'amqp:link:message-size-exceeded'
  | 'com.microsoft:message-lock-lost'
  | 'com.microsoft:session-lock-lost'
  | 'com.microsoft:session-cannot-be-locked'
  | 'com.microsoft:message-not-found'
  | 'com.microsoft:entity-already-exists'
  | 'com.microsoft:entity-disabled'
  | 'com.microsoft:server-busy'
  | 'com.microsoft:timeout'
  | 'com.microsoft:argument-error'
  | 'com.microsoft:argument-out-of-range'

/** The broker refuses. The message is what the client reads. */
export class ServiceError extends Error {
  override name = 'ServiceError'
  readonly condition: Condition

  constructor(condition: Condition, message: string) {
    super(message)
    this.condition = condition
  }

  /** As it is sent. */
  get amqp(): { condition: string; description: string } {
    return { condition: this.condition, description: this.message }
  }
}

/** The SDK recognises a missing entity by this wording. */
export const entityNotFound = (path: string): ServiceError =>
  new ServiceError(
    'amqp:not-found',
    `The messaging entity '${path}' could not be found. Create it in the configuration file, or through the management endpoint.`,
  )

export const entityDisabled = (path: string, status: string): ServiceError =>
  new ServiceError(
    'com.microsoft:entity-disabled',
    `The entity '${path}' is ${status}. Set its status to Active to use it again.`,
  )

export const messageLockLost = (): ServiceError =>
  new ServiceError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  )

export const sessionLockLost = (id: string): ServiceError =>
  new ServiceError(
    'com.microsoft:session-lock-lost',
    `The session lock was lost. Request a new session receiver for session '${id}'.`,
  )

export const messageNotFound = (sequence: number): ServiceError =>
  new ServiceError(
    'com.microsoft:message-not-found',
    `Failed to lock or cancel one or more specified messages. The message with sequence number ${sequence} does not exist, or is in another state.`,
  )
