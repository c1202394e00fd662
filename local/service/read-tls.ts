import { readFileSync } from 'node:fs'
import { UsageError } from './run.ts'

/** Reads the files of `--tls-cert` and `--tls-key`; undefined when neither is given. Both or none. */
export const readTls = (options: {
  tlsCert?: string | undefined
  tlsKey?: string | undefined
}): { cert: Buffer; key: Buffer } | undefined => {
  if (options.tlsCert === undefined && options.tlsKey === undefined) return undefined
  if (options.tlsCert === undefined || options.tlsKey === undefined) {
    throw new UsageError('--tls-cert and --tls-key belong together: give both, or none.')
  }
  return { cert: readFile(options.tlsCert), key: readFile(options.tlsKey) }
}

const readFile = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
