import * as z from 'zod'

/** What a client can ask of an agent (A2A 1.0, section 3); `card` is the agent card itself. */
export const Operation = z.enum([
  'send',
  'stream',
  'get',
  'list',
  'cancel',
  'subscribe',
  'push-create',
  'push-get',
  'push-list',
  'push-delete',
  'extended-card',
  'card',
])
export type Operation = z.infer<typeof Operation>

/** The operations that change nothing at the agent: they may be repeated. */
export const READ_ONLY: ReadonlySet<Operation> = new Set([
  'get',
  'list',
  'subscribe',
  'extended-card',
  'card',
])
