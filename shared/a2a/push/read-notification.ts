import * as z from 'zod'
import type { Said } from '../../contract/a2a/dialect.ts'
import { rejectInput } from '../../kernel/parse.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { toSaid } from '../dialect/said.ts'

/** 0.3 tells what it is by `kind`; 1.0 has exactly one of these members (StreamResponse). */
const Kinded = z.looseObject({ kind: z.enum(['task', 'message', 'status-update', 'artifact-update']) })
const UNION = ['task', 'message', 'statusUpdate', 'artifactUpdate']
const Union = z
  .record(z.string(), z.unknown())
  .refine((value) => UNION.filter((name) => typeof value[name] === 'object').length === 1)

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const RULE = 'must be a StreamResponse of A2A 1.0 or a Task of A2A 0.3, as JSON'

const refuse = (rule: string): Error => rejectInput('notification', [{ field: '', rule }])

/**
 * Reads the payload of a push notification, a StreamResponse of 1.0 or a Task of 0.3, whatever its content type says.
 * @throws GatewayError 400 when it is neither.
 */
export const readNotification = (body: string): Said => {
  const value = parse(body)
  const isKinded = Kinded.safeParse(value).success
  if (!isKinded && !Union.safeParse(value).success) throw refuse(RULE)
  try {
    const said = toSaid('event', body, isKinded ? '0.3' : '1.0')
    describeEvent(said.text)
    return said
  } catch (error) {
    throw refuse(error instanceof A2aFailure ? error.message : RULE)
  }
}
