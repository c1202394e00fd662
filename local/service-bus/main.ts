import * as z from 'zod'
import { DEFAULT_HOST } from '../service/limits.ts'
import { readOptions } from '../service/read-options.ts'
import { readTls } from '../service/read-tls.ts'
import { runService, UsageError } from '../service/run.ts'
import { readConfig } from './config/read-config.ts'
import { readJwtIssuer } from './cbs/read-jwt-issuer.ts'
import { startServiceBus } from './start.ts'
import { DEFAULT_KEY } from './limits.ts'

/** The port of AMQP without TLS. */
const DEFAULT_PORT = 5672

const port = z.coerce.number('expects a number').int().min(0).max(65_535)

const Options = z.object({
  port: port.default(DEFAULT_PORT),
  managementPort: port.optional(),
  host: z.string().default(DEFAULT_HOST),
  config: z.string().optional(),
  data: z.string().optional(),
  tier: z.enum(['standard', 'premium'], 'expects standard or premium').default('standard'),
  key: z.string().min(1).default(DEFAULT_KEY),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  jwtKey: z.string().optional(),
  jwtIssuer: z.string().optional(),
  jwtAudience: z.string().optional(),
})

await runService('service-bus', async () => {
  const options = readOptions(Options, process.argv.slice(2))
  if (options.config === undefined && options.managementPort === undefined) {
    throw new UsageError(
      'there is nothing to serve. Name the entities with --config FILE, or give --management-port to create them there.',
    )
  }
  return startServiceBus({
    ...options,
    namespace: options.config === undefined ? undefined : readConfig(options.config),
    tls: readTls(options),
    jwt: readJwtIssuer(options),
  })
})
