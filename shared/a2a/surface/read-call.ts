import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'

/** What a client asks, as far as body, path and query say it. `id` is the raw JSON of the JSON-RPC id. */
export type ReadCall = { operation: Operation; dialect: Dialect; params: string; id?: string }
