import * as z from 'zod'
import type { ConnectionState } from '../connection-state.ts'

const State: z.ZodType<ConnectionState> = z.object({
  v: z.literal(1),
  nonce: z.string().exactOptional(),
  did: z.string().exactOptional(),
  generation: z.number().exactOptional(),
  key: z.string().exactOptional(),
  ids: z.string().exactOptional(),
  floor: z.number().exactOptional(),
  bucket: z.tuple([z.number(), z.number()]).exactOptional(),
})

/** Reads `ce-connectionState`; what cannot be read, or is of another version, is no state. */
export const decodeState = (text: string | null): ConnectionState => {
  try {
    return State.parse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')))
  } catch {
    return { v: 1 }
  }
}
