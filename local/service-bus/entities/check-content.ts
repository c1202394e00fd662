import type { Content } from '../messages/content.ts'
import { MAX_MESSAGE_ID_LENGTH, MAX_PROPERTIES_BYTES, MAX_SESSION_ID_LENGTH } from './limits.ts'
import { ServiceError } from './service-error.ts'

/** Refuses what Azure refuses in any message. @throws ServiceError */
export const checkContent = (content: Content): void => {
  if (content.messageId.length > MAX_MESSAGE_ID_LENGTH) {
    throw new ServiceError(
      'com.microsoft:argument-out-of-range',
      `The message id has ${content.messageId.length} characters; ${MAX_MESSAGE_ID_LENGTH} are allowed.`,
    )
  }
  if ((content.sessionId?.length ?? 0) > MAX_SESSION_ID_LENGTH) {
    throw new ServiceError(
      'com.microsoft:argument-out-of-range',
      `The session id has ${content.sessionId?.length} characters; ${MAX_SESSION_ID_LENGTH} are allowed.`,
    )
  }
  if (content.applicationEnd > MAX_PROPERTIES_BYTES) {
    throw new ServiceError(
      'amqp:link:message-size-exceeded',
      `The properties of the message have ${content.applicationEnd} bytes; ${MAX_PROPERTIES_BYTES} are allowed. Put large data into the body.`,
    )
  }
}
