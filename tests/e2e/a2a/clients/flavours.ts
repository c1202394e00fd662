import type { OpenClient } from './flavour-client.ts'
import { openV02 } from './open-v02.ts'
import { openV03 } from './open-v03.ts'
import { openV10 } from './open-v10.ts'

/** The unmodified official clients that people use. */
export const flavours = {
  '1.0 JSON-RPC': openV10('JSONRPC'),
  '1.0 REST': openV10('HTTP+JSON'),
  '0.3 JSON-RPC': openV03('JSONRPC'),
  '0.3 REST': openV03('HTTP+JSON'),
  '0.2 JSON-RPC': openV02,
} as const satisfies Record<string, OpenClient>

export type Flavour = keyof typeof flavours
