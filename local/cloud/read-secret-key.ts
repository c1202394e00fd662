import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secret key of this data folder, 32 random bytes in base64, made at the first start: what it encrypts stays readable. */
export const readSecretKey = (data: string): string => {
  const path = join(data, 'secret.key')
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  return readFileSync(path, 'utf8').trim()
}
