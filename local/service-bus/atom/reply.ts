import { RuleSyntaxError } from '../rules/rule.ts'
import { AdministrationError, type AdministrationErrorCode } from './administration.ts'
import { entryDocument, errorDocument, feedDocument, type Entry } from './documents.ts'
import { MAX_PAGE_ENTRIES } from './limits.ts'
import { XmlSyntaxError } from './xml.ts'

export type Reply = { status: number; contentType?: string; body?: string }

export const entryReply = (status: 200 | 201, entry: Entry): Reply => ({
  status,
  contentType: 'application/atom+xml;type=entry;charset=utf-8',
  body: entryDocument(entry),
})

const count = (url: URL, name: string, otherwise: number): number => {
  const text = url.searchParams.get(name)
  if (text === null) return otherwise
  if (!/^\d+$/.test(text))
    throw new AdministrationError('bad-request', `${name} must be a number, not '${text}'.`)
  return Number(text)
}

/**
 * One page of a list after `$skip` and `$top`, with the address of the next one.
 * @throws AdministrationError `bad-request`
 */
export const feedReply = <Item>(url: URL, items: readonly Item[], toEntry: (item: Item) => Entry): Reply => {
  const skip = count(url, '$skip', 0)
  const top = Math.min(count(url, '$top', MAX_PAGE_ENTRIES), MAX_PAGE_ENTRIES)
  const page = items.slice(skip, skip + top).map(toEntry)
  const next = new URL(url)
  next.searchParams.set('$skip', String(skip + top))
  next.searchParams.set('$top', String(top))
  return {
    status: 200,
    contentType: 'application/atom+xml;type=feed;charset=utf-8',
    body: feedDocument({
      title: decodeURIComponent(url.pathname.replace(/^\/|\/$/g, '')),
      url: url.href,
      updatedAt: Math.max(0, ...page.map((entry) => entry.updatedAt)),
      entries: page,
      ...(skip + top < items.length && top > 0 ? { nextUrl: next.href } : {}),
    }),
  }
}

export const errorReply = (status: number, detail: string): Reply => ({
  status,
  contentType: 'application/xml; charset=utf-8',
  body: errorDocument(status, detail),
})

/** Sub-codes tell the clients apart what has the same status: 40901 would mean "in use by another operation". */
const FAILURES: Record<AdministrationErrorCode, { status: number; subCode: string }> = {
  'bad-request': { status: 400, subCode: 'SubCode=40000. Bad Request.' },
  'not-found': { status: 404, subCode: 'SubCode=40400. Not Found.' },
  conflict: { status: 409, subCode: 'SubCode=40900. Conflict.' },
}

/** The reply to an error of the caller; anything else is thrown on. */
export const failureReply = (error: unknown): Reply => {
  if (error instanceof AdministrationError) {
    const { status, subCode } = FAILURES[error.code]
    return errorReply(status, `${subCode} ${error.message}`)
  }
  if (error instanceof RuleSyntaxError || error instanceof XmlSyntaxError) {
    return failureReply(new AdministrationError('bad-request', error.message))
  }
  throw error
}
