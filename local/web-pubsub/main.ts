import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import type { JSONWebKeySet } from 'jose'
import * as z from 'zod'
import { DEFAULT_HOST } from '../service/limits.ts'
import { readOptions } from '../service/read-options.ts'
import { readTls } from '../service/read-tls.ts'
import { runService, UsageError } from '../service/run.ts'
import { readConfig } from './config.ts'
import { startWebPubSub } from './start-web-pubsub.ts'
import type { TestIssuer } from './tokens/entra.ts'

// Many clients that connect at once leave garbage of middle age. A young generation that grows with it is never given
// back: with 10,000 idle clients that is 90 MB of nothing.
setFlagsFromString('--semi-space-growth-factor=1')

const Options = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(7290),
  host: z.string().default(DEFAULT_HOST),
  config: z.string().optional(),
  key: z.string().min(1).optional(),
  secondaryKey: z.string().min(1).optional(),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  jwtIssuer: z.string().min(1).optional(),
  jwtKeys: z.string().optional(),
  cleanCloseEndsSession: z.boolean().optional(),
})

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

const readKeySet = (path: string): JSONWebKeySet => {
  try {
    return KeySet.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new UsageError(
      `--jwt-keys: ${path} is not a JSON Web Key Set: ${error instanceof z.ZodError ? 'it needs {"keys": [...]}' : String(error)}`,
    )
  }
}

const readIssuer = ({ jwtIssuer, jwtKeys }: z.infer<typeof Options>): TestIssuer | undefined => {
  if (jwtIssuer === undefined && jwtKeys === undefined) return undefined
  if (jwtIssuer === undefined || jwtKeys === undefined) {
    throw new UsageError('--jwt-issuer and --jwt-keys belong together: give both, or none.')
  }
  return { issuer: jwtIssuer, jwks: readKeySet(jwtKeys) }
}

await runService('web-pubsub', async () => {
  const options = readOptions(Options, process.argv.slice(2))
  return startWebPubSub({
    ...options,
    config: options.config === undefined ? undefined : readConfig(options.config),
    tls: readTls(options),
    testIssuer: readIssuer(options),
    log: (line) => process.stderr.write(`web-pubsub: ${line}\n`),
  })
})
