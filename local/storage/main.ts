import * as z from 'zod'
import { DEFAULT_HOST } from '../service/limits.ts'
import { readOptions } from '../service/read-options.ts'
import { readTls } from '../service/read-tls.ts'
import { runService } from '../service/run.ts'
import { DEFAULT_BLOB_PORT, DEFAULT_TABLE_PORT } from './limits.ts'
import { startStorage } from './start-storage.ts'

const Port = z.coerce.number().int().min(0).max(65_535)

const Options = z.object({
  host: z.string().default(DEFAULT_HOST),
  tablePort: Port.default(DEFAULT_TABLE_PORT),
  blobPort: Port.default(DEFAULT_BLOB_PORT),
  data: z.string().optional(),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  oauth: z.literal('basic', 'expects basic').optional(),
})

await runService('storage', async () => {
  const { tlsCert, tlsKey, ...options } = readOptions(Options, process.argv.slice(2))
  const tls = readTls({ tlsCert, tlsKey }) && { cert: String(tlsCert), key: String(tlsKey) }
  return await startStorage({ ...options, tls })
})
