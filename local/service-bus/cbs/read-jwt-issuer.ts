import { readFileSync } from 'node:fs'
import { UsageError } from '../../service/run.ts'
import type { JwtIssuer } from './verify-jwt.ts'

/** Reads the file of `--jwt-key` (a public key in PEM, or a secret); undefined when it is not given. */
export const readJwtIssuer = (options: {
  jwtKey?: string | undefined
  jwtIssuer?: string | undefined
  jwtAudience?: string | undefined
}): JwtIssuer | undefined => {
  if (options.jwtKey === undefined) {
    if (options.jwtIssuer === undefined && options.jwtAudience === undefined) return undefined
    throw new UsageError(
      '--jwt-issuer and --jwt-audience need --jwt-key FILE, the key that checks the signatures.',
    )
  }
  try {
    return {
      key: readFileSync(options.jwtKey, 'utf8').trim(),
      issuer: options.jwtIssuer,
      audience: options.jwtAudience,
    }
  } catch (error) {
    throw new UsageError(
      `cannot read ${options.jwtKey}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
