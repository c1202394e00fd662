import { installCoreApi } from '../local/functions-host/worker/core-api.ts'
import { loadApp } from '../local/functions-host/worker/load-app.ts'
import { readApp } from '../local/functions-host/settings/read-app.ts'

/** A process that does nothing but load the app as a worker does, and tells its parent what that took. */
const core = installCoreApi(() => {})
const app = readApp(process.argv[2] ?? '')
const startedAt = performance.now()
await loadApp(core, app)
const loadMs = performance.now() - startedAt
process.send?.({ loadMs, rssBytes: process.memoryUsage().rss }, undefined, {}, () => process.exit(0))
