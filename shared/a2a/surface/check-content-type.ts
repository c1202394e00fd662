import { a2aFailure } from '../a2a-failure.ts'

/** `application/json`, `application/a2a+json` and whatever else is JSON by its suffix (RFC 6839, 3.1). */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/**
 * A body that says it is something else than JSON is refused; one that says nothing is tried.
 * @throws A2aFailure CONTENT_TYPE_NOT_SUPPORTED
 */
export const checkContentType = (headers: Headers): void => {
  const type = headers.get('content-type') ?? ''
  if (type === '' || JSON_TYPE.test(type.trim())) return
  throw a2aFailure(
    'CONTENT_TYPE_NOT_SUPPORTED',
    `The body is declared as "${type}". Send application/json or application/a2a+json.`,
  )
}
