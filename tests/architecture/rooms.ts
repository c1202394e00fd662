/** What a room (a folder or a file at the top of the repository) may import. */
export type Room = {
  /** Other rooms. Its own files are always allowed. */
  rooms: readonly string[]
  /** Azure packages; every other npm package is free. `none`: no package but zod and no Node module, it runs in a browser. */
  azure: readonly string[] | 'all' | 'none'
}

const ground = ['shared/contract', 'shared/kernel']
const underParts = [...ground, 'shared/streams', 'shared/registry', 'shared/access']
const parts = ['shared/events', 'shared/a2a', 'shared/signaling', 'shared/runtime', 'shared/coordination']
const shared = [...underParts, ...parts, 'shared/http', 'shared/azure', 'shared/compose.ts', 'shared/compose']
const everything = [...shared, 'functions', 'local', 'build', 'client', 'cli', 'examples', 'tests', 'bench']

/** The import table: docs/architecture.md tells why. The longest name that a path begins with is its room. */
export const rooms: Readonly<Record<string, Room>> = {
  'shared/contract': { rooms: [], azure: 'none' },
  'shared/kernel': { rooms: ['shared/contract'], azure: [] },
  'shared/streams': { rooms: ground, azure: [] },
  'shared/registry': { rooms: ground, azure: [] },
  'shared/access': { rooms: [...ground, 'shared/registry'], azure: [] },
  ...Object.fromEntries(parts.map((part) => [part, { rooms: underParts, azure: [] }])),
  'shared/http': { rooms: [...ground, 'shared/access'], azure: ['@azure/functions'] },
  'shared/azure': { rooms: [...underParts, ...parts], azure: 'all' },
  'shared/compose.ts': { rooms: shared, azure: [] },
  'shared/compose': { rooms: shared, azure: [] },
  functions: {
    rooms: [...ground, ...parts, 'shared/http', 'shared/compose.ts', 'shared/compose'],
    azure: ['@azure/functions'],
  },
  // Triggers are pumped with the SDK, also of a namespace that is reached by identity.
  local: { rooms: ground, azure: ['@azure/service-bus', '@azure/identity'] },
  'local/start.ts': { rooms: [...ground, 'local', 'build'], azure: [] },
  build: { rooms: [], azure: [] },
  client: { rooms: ['shared/contract'], azure: [] },
  cli: { rooms: ground, azure: [] },
  examples: { rooms: ['client'], azure: 'all' },
  tests: { rooms: everything, azure: 'all' },
  bench: { rooms: everything, azure: 'all' },
  dashboard: { rooms: ['shared/contract', 'client'], azure: [] },
}

/** What a test that stands beside its source may import further: it runs against the local services, not against mocks. */
export const roomsOfTests: readonly string[] = ['local', 'tests']

/** Programs of their own that stand beside each other in `local` and share only the kit. */
export const localServices = ['functions-host', 'service-bus', 'storage', 'web-pubsub'] as const

/** Where the environment of the process may be read. */
export const environmentReaders = /^(shared\/kernel\/config\.ts|(local|cli|tests|bench|build|examples)\/.+)$/

/** Files at the top of the repository that are no room. */
export const topLevelFiles = /^(vitest[\w.]*\.config\.ts)$/

export const roomOf = (path: string): string | undefined =>
  Object.keys(rooms)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0]
