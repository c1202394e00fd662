import * as z from 'zod'
import { readOptions } from '../service/read-options.ts'
import { readTls } from '../service/read-tls.ts'
import { runService, UsageError, type RunningService } from '../service/run.ts'
import type { Keys } from './http/authorize.ts'
import { formatLog } from './log.ts'
import { readUpgrade } from './settings/read-upgrade.ts'
import { startFunctionsHost } from './start-functions-host.ts'

const Options = z.object({
  app: z.string(),
  port: z.coerce.number().int().min(0).max(65_535).optional(),
  host: z.string().optional(),
  layout: z.enum(['single', 'flex']).default('single'),
  http: z.coerce.number().int().min(1).default(1),
  settings: z.string().optional(),
  static: z.string().optional(),
  upgrade: z.string().optional(),
  data: z.string().optional(),
  strict: z.boolean().default(false),
  enableAuth: z.boolean().default(false),
  key: z.string().optional(),
  verbose: z.boolean().default(false),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
})

/** `--key master=a,default=b,orders=c`; a value without a name is the default key. */
const readKeys = (text: string | undefined): Keys =>
  Object.fromEntries(
    (text ?? '').split(',').flatMap((item) => {
      if (item === '') return []
      const equals = item.indexOf('=')
      return [equals < 0 ? ['default', item] : [item.slice(0, equals), item.slice(equals + 1)]]
    }),
  )

const start = async (): Promise<RunningService> => {
  const { key, tlsCert, tlsKey, upgrade, verbose, ...options } = readOptions(Options, process.argv.slice(2))
  const keys = readKeys(key)
  if (options.enableAuth && Object.keys(keys).length === 0) {
    throw new UsageError('--enable-auth needs keys: --key master=SECRET,default=SECRET')
  }
  const host = await startFunctionsHost({
    ...options,
    keys,
    upgrade: upgrade === undefined ? undefined : readUpgrade(upgrade),
    tls: readTls({ tlsCert, tlsKey }),
    onLog: (line) => {
      if (verbose || (line.level !== 'debug' && line.level !== 'trace')) {
        process.stderr.write(`${formatLog(line)}\n`)
      }
    },
  })
  return {
    ready: host.ready,
    stop: async () => {
      await host.stop()
      if (host.failures.length === 0) return
      process.stderr.write(`functions-host: ${host.failures.length} failure(s) in strict mode\n`)
      process.exit(1)
    },
  }
}

await runService('functions-host', start)
