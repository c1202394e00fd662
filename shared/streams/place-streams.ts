import { createHash } from 'node:crypto'
import type { StreamStateStore } from './stream-state-store.ts'

/** A storage account that holds streams. */
export type StreamPlace = { name: string; store: StreamStateStore }

const weigh = (stream: string, name: string): string =>
  createHash('sha256').update(`${name}\u0000${stream}`, 'utf8').digest('hex')

/** Rendezvous hashing: every process picks the same account, and a change of the list moves as little as can be. */
export const pickPlace = <Place extends { name: string }>(
  stream: string,
  places: readonly Place[],
): Place => {
  const [best] = places.toSorted((a, b) => (weigh(stream, a.name) > weigh(stream, b.name) ? -1 : 1))
  if (best === undefined) throw new Error('A generation of storage accounts has at least one account.')
  return best
}

/** An account may be in more than one generation. */
const distinct = (places: readonly StreamPlace[]): StreamPlace[] => [
  ...new Map(places.map((place) => [place.name, place])).values(),
]

type FoundState = Awaited<ReturnType<StreamStateStore['read']>>

/** Streams whose place is remembered. */
const REMEMBERED = 20_000

const createMemory = () => {
  const known = new Map<string, StreamPlace>()
  return {
    recall: (stream: string): StreamPlace | undefined => known.get(stream),
    remember: (stream: string, place: StreamPlace): StreamPlace => {
      known.set(stream, place)
      const oldest = known.keys().next()
      if (known.size > REMEMBERED && !oldest.done) known.delete(oldest.value)
      return place
    },
  }
}

/**
 * Spreads streams over storage accounts. Generations are only ever appended: a stream stays where it was begun, a new
 * one begins in the newest generation, inside which it is placed by its hash.
 */
export const placeStreams = (generations: readonly (readonly StreamPlace[])[]): StreamStateStore => {
  const places = distinct(generations.flat())
  const [only] = places
  if (only !== undefined && places.length === 1) return only.store
  const { recall, remember } = createMemory()

  /** Looks where it was not `sought` yet, newest generation first; a stream that is nowhere begins in that one. */
  const search = async (
    stream: string,
    sought?: StreamPlace,
  ): Promise<{ place: StreamPlace; found: FoundState }> => {
    const candidates = distinct(generations.toReversed().map((generation) => pickPlace(stream, generation)))
    for (const place of candidates) {
      const found = place.name === sought?.name ? undefined : await place.store.read(stream)
      if (found !== undefined) return { place: remember(stream, place), found }
    }
    const [newest = pickPlace(stream, places)] = candidates
    return { place: remember(stream, newest), found: undefined }
  }

  /** A stream that is not where it was may have been begun anew elsewhere, by another process. */
  const read: StreamStateStore['read'] = async (stream) => {
    const place = recall(stream)
    const found = await place?.store.read(stream)
    return found ?? (await search(stream, place)).found
  }

  const storeOf = async (stream: string): Promise<StreamStateStore> => {
    const place = generations.length === 1 ? pickPlace(stream, places) : recall(stream)
    return (place ?? (await search(stream)).place).store
  }

  /** Buckets carry the name of their account: `account/bucket`. */
  const splitBucket = (bucket: string): [StreamStateStore, string] => {
    const slash = bucket.indexOf('/')
    const place = places.find(({ name }) => name === bucket.slice(0, slash))
    if (place === undefined)
      throw new Error(`No storage account of this deployment has the expiry bucket "${bucket}".`)
    return [place.store, bucket.slice(slash + 1)]
  }

  return {
    maxInlineBytes: Math.min(...places.map(({ store }) => store.maxInlineBytes)),
    read,
    readEvents: async (stream, from, limit) => (await storeOf(stream)).readEvents(stream, from, limit),
    readProducer: async (stream, producer) => (await storeOf(stream)).readProducer(stream, producer),
    commit: async (stream, commit) => (await storeOf(stream)).commit(stream, commit),
    fileExpiry: async (stream, dueAt) => (await storeOf(stream)).fileExpiry(stream, dueAt),
    remove: async (stream) => (await storeOf(stream)).remove(stream),
    dueBuckets: async function* (now) {
      for (const { name, store } of places)
        for await (const bucket of store.dueBuckets(now)) yield `${name}/${bucket}`
    },
    readBucket: (bucket, limit) => {
      const [store, name] = splitBucket(bucket)
      return store.readBucket(name, limit)
    },
    removeFromBucket: (bucket, stream) => {
      const [store, name] = splitBucket(bucket)
      return store.removeFromBucket(name, stream)
    },
  }
}
