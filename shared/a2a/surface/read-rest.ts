import * as z from 'zod'
import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { paramsOfRest, type RestParts } from '../dialect/params-of-rest.ts'
import { checkContentType } from './check-content-type.ts'
import type { ReadCall } from './read-call.ts'
import { readVersion } from './read-version.ts'
import type { SurfaceRequest } from './surface-request.ts'

/** A REST request, or what is wrong with it. */
export type RestReading = { version: A2aVersion } & ({ call: ReadCall } | { error: unknown })

/** 0.3 REST has `content` where 1.0 has `parts`: such a body is of 1.0, whatever the client forgot to say. */
const Modern = z.object({
  message: z.looseObject({ parts: z.array(z.unknown()), content: z.undefined().optional() }),
})

const parse = (text: string): unknown => {
  try {
    return text.trim() === '' ? {} : JSON.parse(text)
  } catch {
    throw a2aFailure('PARSE_ERROR', 'The body is not JSON. Send one JSON object in UTF-8.')
  }
}

const partsOf = ({ params, query }: SurfaceRequest, body: string): RestParts => ({
  query,
  body,
  ...(params.task_id === undefined ? {} : { id: params.task_id }),
  ...(params.config_id === undefined ? {} : { configId: params.config_id }),
})

/**
 * Reads a REST request of either version: both have the same paths below the agent. Without a version beside the body
 * it is 0.3, unless the body shows that it is 1.0.
 */
export const readRest = async (request: SurfaceRequest, operation: Operation): Promise<RestReading> => {
  const { headers, query } = request
  let version: A2aVersion = '1.0'
  try {
    const asked = readVersion(headers, query)
    version = asked ?? '0.3'
    const text = await request.text()
    if (text !== '') checkContentType(headers)
    const body = parse(text)
    if (asked === undefined && Modern.safeParse(body).success) version = '1.0'
    const found = paramsOfRest(operation, partsOf(request, text), version)
    return { version, call: { operation, dialect: { version, binding: 'rest' }, params: found } }
  } catch (error) {
    return { version, error }
  }
}
