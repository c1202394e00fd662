import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'
import { createTurns } from '../../kernel/create-turns.ts'
import type { SendHttp } from '../../kernel/egress.ts'
import { SignalFailure } from '../signal-failure.ts'
import { didDocumentKeys, DidDocument } from './did-document-keys.ts'

/**
 * The Ed25519 keys, base64url, that the document of a did:web authenticates it with.
 * @param url of the document
 * @throws SignalFailure `unresolvable_did`; `slow_did` when the document takes longer than 3 s
 */
export type ResolveDid = (did: string, url: URL) => Promise<readonly string[]>

const TIMEOUT_MS = 3000
const MAX_DOCUMENT_BYTES = 64 * 1024
const KEPT_MS = 5 * 60_000
const FAILURE_KEPT_MS = 30_000
const MAX_KEPT = 1000
/** Anybody can have documents asked for, anywhere: a process has few connections to spare (SNAT ports). */
const MAX_AT_ONCE = 32

const unresolvable = (did: string, why: string, cause?: unknown): SignalFailure =>
  new SignalFailure(
    'unresolvable_did',
    `${did} is not resolved: ${why}. Serve its document by https at the address that the DID stands for; it is asked for again after ${FAILURE_KEPT_MS / 1000} s.`,
    { cause },
  )

const tooSlow = (did: string, cause: unknown): SignalFailure =>
  new SignalFailure(
    'slow_did',
    `The document of ${did} did not come within ${TIMEOUT_MS / 1000} s. Serve it faster, or use a did:key.`,
    { cause },
  )

const keysIn = (did: string, text: string): readonly string[] => {
  const { success, data } = DidDocument.safeParse(JSON.parse(text))
  if (!success) throw unresolvable(did, 'what its address answers is no DID document')
  if (data.id !== did) throw unresolvable(did, 'the document at its address has another id')
  return didDocumentKeys(data)
}

const load = async (options: {
  sendHttp: SendHttp
  did: string
  url: URL
  signal: AbortSignal
}): Promise<readonly string[]> => {
  const { sendHttp, did, url, signal } = options
  const answer = await sendHttp({
    method: 'GET',
    url,
    headers: {
      accept: 'application/did+json, application/did+ld+json, application/json',
      connection: 'close',
    },
    signal,
    // The signal ends it first, and says that it was the time.
    headTimeoutMs: 2 * TIMEOUT_MS,
    target: 'checked',
  })
  if (answer.status !== 200) throw unresolvable(did, `its address answers with status ${answer.status}`)
  return keysIn(did, await answer.text(MAX_DOCUMENT_BYTES))
}

/** Asks for a document once for all that wait for it, for some at a time, and keeps what came of it: keys 5 minutes, a failure 30 s. */
export const createResolveDid = (options: { sendHttp: SendHttp; clock: Clock }): ResolveDid => {
  const { sendHttp, clock } = options
  const kept = new BoundedMap<string, { until: number; keys: Promise<readonly string[]> }>(MAX_KEPT)
  const inTurn = createTurns(MAX_AT_ONCE)

  const resolve = async (did: string, url: URL): Promise<readonly string[]> => {
    const over = new AbortController()
    const late = new AbortController()
    void clock.sleep(TIMEOUT_MS, over.signal).then(() => late.abort())
    try {
      return await inTurn(() => load({ sendHttp, did, url, signal: late.signal }), late.signal)
    } catch (error) {
      if (late.signal.aborted) throw tooSlow(did, error)
      if (error instanceof SignalFailure) throw error
      throw unresolvable(did, 'its document cannot be read', error)
    } finally {
      // Frees the connection of an answer that was not read, too.
      over.abort()
    }
  }

  return (did, url) => {
    const known = kept.get(did)
    if (known !== undefined && clock.now() < known.until) return known.keys
    const keys = resolve(did, url)
    const entry = { until: Number.POSITIVE_INFINITY, keys }
    kept.set(did, entry)
    keys.then(
      () => (entry.until = clock.now() + KEPT_MS),
      () => (entry.until = clock.now() + FAILURE_KEPT_MS),
    )
    return keys
  }
}
