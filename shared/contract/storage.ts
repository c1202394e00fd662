/** The tables that the gateway opens: one list that the app, the tests and the Bicep share. */
export const TABLES = [
  'agents',
  'connections',
  'expiry',
  'idempotency',
  'notifications',
  'quarantine',
  'sessions',
  'streams',
] as const
export type TableName = (typeof TABLES)[number]

/** The blob containers that it opens, each for what is too long for a row. */
export const CONTAINERS = ['notifications', 'parts', 'quarantine', 'streams'] as const
export type ContainerName = (typeof CONTAINERS)[number]
