import { afterAll, beforeAll } from 'vitest'

/** How the lines begin that the official clients and servers write about errors that a test has asked for. */
const OF_AN_SDK =
  /^(Error (in|during|reading|fetching|sending)|Failed to|SSE |ResultManager|Event processing|Resubscribe|Agent execution|CRITICAL|RPC |Task ID not found|Pre-stream error)/

/** Keeps what the SDKs write about expected errors out of the report. */
export const quietSdks = (): void => {
  const { error, warn } = console
  const unlessOfSdk =
    (write: typeof console.error): typeof console.error =>
    (...words: unknown[]) => {
      if (!OF_AN_SDK.test(String(words[0]))) write(...words)
    }
  beforeAll(() => {
    console.error = unlessOfSdk(error)
    console.warn = unlessOfSdk(warn)
  })
  afterAll(() => {
    console.error = error
    console.warn = warn
  })
}
