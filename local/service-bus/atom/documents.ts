import { xml, type Markup } from './xml.ts'

const SERVICE_BUS = 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect'
const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance'
const ATOM = 'http://www.w3.org/2005/Atom'

/** The root element of an entity's description, such as QueueDescription. */
export const description = (name: string, parts: readonly Markup[]): Markup =>
  xml(name, parts, { xmlns: SERVICE_BUS, 'xmlns:i': SCHEMA_INSTANCE })

export type Entry = {
  /** The last part of its address: what the entity is called. */
  title: string
  /** The address of the entity; clients read the names of topic, subscription and rule from its path. */
  url: string
  createdAt: number
  updatedAt: number
  content: Markup
}

export const isoTime = (ms: number): string => new Date(ms).toISOString()

const entry = (subject: Entry, namespace: Record<string, string>): Markup =>
  xml(
    'entry',
    [
      xml('id', subject.url),
      xml('title', subject.title, { type: 'text' }),
      xml('published', isoTime(subject.createdAt)),
      xml('updated', isoTime(subject.updatedAt)),
      xml('link', '', { rel: 'self', href: subject.url }),
      xml('content', [subject.content], { type: 'application/xml' }),
    ],
    namespace,
  )

/** The document of one entity. */
export const entryDocument = (subject: Entry): string => entry(subject, { xmlns: ATOM }).markup

export type Feed = {
  title: string
  url: string
  updatedAt: number
  entries: readonly Entry[]
  nextUrl?: string
}

/** The document of a page of entities. */
export const feedDocument = (feed: Feed): string =>
  xml(
    'feed',
    [
      xml('title', feed.title, { type: 'text' }),
      xml('id', feed.url),
      xml('updated', isoTime(feed.updatedAt)),
      xml('link', '', { rel: 'self', href: feed.url }),
      ...(feed.nextUrl === undefined ? [] : [xml('link', '', { rel: 'next', href: feed.nextUrl })]),
      ...feed.entries.map((subject) => entry(subject, {})),
    ],
    { xmlns: ATOM },
  ).markup

/** The body of an error; clients show the detail as the message. */
export const errorDocument = (status: number, detail: string): string =>
  xml('Error', [xml('Code', String(status)), xml('Detail', detail)]).markup
