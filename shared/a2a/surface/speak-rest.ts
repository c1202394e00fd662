import { type A2aVersion, type Dialect, shapeOf } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { sayAs } from '../dialect/said.ts'
import { renderError } from '../dialect/render-error.ts'
import { retryAfter } from './retry-after.ts'
import type { Speech } from './speech.ts'

/** As the official servers answer: 0.3 also takes a send for something created. */
const statusOf = (operation: Operation, version: A2aVersion): number => {
  if (operation === 'push-delete') return 204
  if (operation === 'push-create') return 201
  return operation === 'send' && version === '0.3' ? 201 : 200
}

/** A2A 1.0.1 has a media type of its own. */
const typeOf = (version: A2aVersion): Record<string, string> => ({
  'content-type': version === '1.0' ? 'application/a2a+json' : 'application/json',
})

export const speakRest = (version: A2aVersion): Speech => {
  const dialect: Dialect = { version, binding: 'rest' }
  const shape = shapeOf(dialect)
  return {
    answer: (operation, said) => {
      const status = statusOf(operation, version)
      if (status === 204) return { status }
      return { status, headers: typeOf(version), text: sayAs(operation, said, shape) }
    },
    fail: (failure) => {
      const { status, body } = renderError(failure.value, dialect)
      return { status, headers: { ...typeOf(version), ...retryAfter(failure, status) }, text: body }
    },
    event: (said) => sayAs('event', said, shape),
    failedEvent: (failure) => renderError(failure.value, dialect).body,
  }
}
