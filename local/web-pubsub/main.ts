import * as z from 'zod'
import { DEFAULT_HOST } from '../service/limits.ts'
import { readOptions } from '../service/read-options.ts'
import { readTls } from '../service/read-tls.ts'
import { runService } from '../service/run.ts'
import { readConfig } from './config.ts'
import { startWebPubSub } from './start-web-pubsub.ts'

const Options = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(7290),
  host: z.string().default(DEFAULT_HOST),
  config: z.string().optional(),
  key: z.string().min(1).optional(),
  secondaryKey: z.string().min(1).optional(),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  cleanCloseEndsSession: z.boolean().optional(),
})

await runService('web-pubsub', () => {
  const options = readOptions(Options, process.argv.slice(2))
  return startWebPubSub({
    ...options,
    config: options.config === undefined ? undefined : readConfig(options.config),
    tls: readTls(options),
  })
})
