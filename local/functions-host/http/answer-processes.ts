import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { Fleet } from '../worker/fleet.ts'
import { answerJson } from './exchange.ts'

const Target = z.union([z.strictObject({ function: z.string() }), z.strictObject({ http: z.int().min(0) })])

const readTarget = async (request: IncomingMessage): Promise<z.infer<typeof Target> | undefined> => {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    return Target.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return undefined
  }
}

const kill = async (fleet: Fleet, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const target = await readTarget(request)
  if (target === undefined) {
    answerJson(response, 400, { error: 'The body must be {"function": "name"} or {"http": index}.' })
  } else if (fleet.kill(target)) answerJson(response, 200, { killed: target })
  else answerJson(response, 404, { error: 'There is no such process. See GET /__local/processes.' })
}

/** Answers `GET /__local/processes` and `POST /__local/kill`; false when the path is another one. */
export const answerProcesses = (
  fleet: Fleet,
  request: IncomingMessage,
  response: ServerResponse,
): boolean => {
  const route = `${request.method} ${request.url}`
  if (route === 'GET /__local/processes') answerJson(response, 200, { processes: fleet.processes() })
  else if (route === 'POST /__local/kill') void kill(fleet, request, response)
  else return false
  return true
}
