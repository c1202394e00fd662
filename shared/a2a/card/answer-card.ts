import { hashText } from '../../kernel/ids.ts'
import type { SurfaceAnswer } from '../surface/surface-request.ts'

/** A card as it is shown, and how to sign it where it is to be signed. */
export type ShownCard = { card: object; sign?: () => Promise<object> }

export const CARD_TYPE = 'application/json; charset=utf-8'
export const CARD_VARY = 'A2A-Version'

/** RFC 9110, 13.1.2: any of the list, compared weakly. */
const isKnown = (headers: Headers, etag: string): boolean =>
  (headers.get('if-none-match') ?? '')
    .split(',')
    .map((known) => known.trim())
    .some((known) => known === '*' || known.replace(/^W\//, '') === etag.replace(/^W\//, ''))

export const writeCard = async ({ card, sign }: ShownCard): Promise<string> =>
  JSON.stringify(sign === undefined ? card : { ...card, signatures: [await sign()] })

/**
 * The answer with a card, or 304 for who has it. A signature differs each time, so the ETag is of what it is over, and
 * weak.
 */
export const answerCard = async (asked: Headers, shown: ShownCard): Promise<SurfaceAnswer> => {
  const etag = `W/"${hashText(JSON.stringify(shown.card))}"`
  const headers = { 'cache-control': 'public, max-age=60', vary: CARD_VARY, etag }
  if (isKnown(asked, etag)) return { status: 304, headers }
  return { status: 200, headers: { ...headers, 'content-type': CARD_TYPE }, text: await writeCard(shown) }
}
