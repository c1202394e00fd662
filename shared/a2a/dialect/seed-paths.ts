import type { Operation } from '../../contract/a2a/operation.ts'

/** Where agents of the seed's dialect take JSON-RPC: a path for each operation that they have. */
export const seedPaths: Readonly<Partial<Record<Operation, string>>> = {
  send: '/v1/messages:send',
  stream: '/v1/messages:stream',
  get: '/v1/tasks:get',
  cancel: '/v1/tasks:cancel',
}

export const hasSeedPath = (operation: Operation): boolean => seedPaths[operation] !== undefined
