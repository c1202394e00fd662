import { randomFillSync } from 'node:crypto'
import type { Session } from '../sessions/session.ts'
import type { Deadline } from './deadlines.ts'
import type { Message } from './message.ts'

/** A message in the hands of a receiver. */
export type Lock = {
  readonly message: Message
  /** 16 bytes in the order of RFC 4122, as `$management` writes them. */
  readonly token: Buffer
  /** Set when the message belongs to a locked session: the lock lasts as long as the session's. */
  readonly session: Session | undefined
  until: number
  live: boolean
  timer: Deadline | undefined
}

const TOKEN_BYTES = 16
/** Tokens made at a time: asking the system for random bytes costs the same for one and for many. */
const POOL_TOKENS = 256

let pool = Buffer.alloc(0)

const createToken = (): Buffer => {
  if (pool.length === 0) pool = randomFillSync(Buffer.allocUnsafeSlow(TOKEN_BYTES * POOL_TOKENS))
  const token = pool.subarray(0, TOKEN_BYTES)
  pool = pool.subarray(TOKEN_BYTES)
  return token
}

export const createLock = (message: Message, until: number, session?: Session): Lock => ({
  message,
  token: createToken(),
  session,
  until,
  live: true,
  timer: undefined,
})

/** Delivery tags carry the token in the byte order of a .NET Guid. The conversion is its own inverse. */
export const swapGuidBytes = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8, TOKEN_BYTES),
  ])
