import type { ConnectionState } from '../connection-state.ts'

/** Writes `ce-connectionState`: a header carries ASCII only. */
export const encodeState = (state: ConnectionState): string =>
  Buffer.from(JSON.stringify(state), 'utf8').toString('base64url')
