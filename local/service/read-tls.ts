import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { UsageError } from './run.ts'

/**
 * Reads the files of `--tls-cert` and `--tls-key`; undefined when neither is given. Both or none.
 * @throws UsageError when one is missing, or they are no certificate and its key in PEM.
 */
export const readTls = (options: {
  tlsCert?: string | undefined
  tlsKey?: string | undefined
}): { cert: Buffer; key: Buffer } | undefined => {
  if (options.tlsCert === undefined && options.tlsKey === undefined) return undefined
  if (options.tlsCert === undefined || options.tlsKey === undefined) {
    throw new UsageError('--tls-cert and --tls-key belong together: give both, or none.')
  }
  const tls = { cert: readFile(options.tlsCert), key: readFile(options.tlsKey) }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw new UsageError(
      `${options.tlsCert} and ${options.tlsKey} are not a certificate and its key in PEM: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return tls
}

const readFile = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
