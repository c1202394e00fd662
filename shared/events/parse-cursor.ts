import { badRequest } from '../kernel/errors.ts'

/**
 * Where a viewer stands.
 * - `from`: the first seq it wants (`?from=`, 0 by default)
 * - `after`: the seq after the last event it saw (`Last-Event-ID`); `sawFailure` when it was also told of a failure
 * - `expired`: it was told that the stream's time is over
 */
export type ViewerCursor =
  { kind: 'from'; seq: number } | { kind: 'after'; seq: number; sawFailure: boolean } | { kind: 'expired' }

/** The SSE id of a failure frame: the place of the viewer, so that it can go on from there. */
export const failureId = (seq: number): string => `${seq - 1}-failed`

export const EXPIRED_ID = 'expired'

/**
 * Reads the cursor of a viewer. `Last-Event-ID` wins over `from`: an EventSource repeats its URL when it comes back.
 * @throws GatewayError 400 when the Last-Event-ID is none of ours.
 */
export const parseCursor = (given: { lastEventId: string | null; from: number }): ViewerCursor => {
  const { lastEventId, from } = given
  if (lastEventId === null || lastEventId === '') return { kind: 'from', seq: from }
  if (lastEventId === EXPIRED_ID) return { kind: 'expired' }
  const match = /^(-1|\d{1,15})(-failed)?$/.exec(lastEventId)
  if (match === null) {
    throw badRequest(
      'Last-Event-ID must be the id of an event of this stream: a whole number, 0 or more. Send the last id you received, or leave the header out to start at the beginning.',
    )
  }
  return { kind: 'after', seq: Number(match[1]) + 1, sawFailure: match[2] !== undefined }
}
