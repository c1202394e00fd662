import type { StoredEvent } from './stream-state.ts'

/**
 * Pages that viewers read to catch up, by their first seq. Events never change, so a page stays true, and the viewers
 * that come later need no read. The pages used longest ago make room.
 */
export type PageCache = {
  get(from: number): readonly StoredEvent[] | undefined
  keep(from: number, page: readonly StoredEvent[]): void
}

const charactersOf = (page: readonly StoredEvent[]): number =>
  page.reduce((sum, { body }) => sum + body.length, 0)

export const createPageCache = ({ maxCharacters }: { maxCharacters: number }): PageCache => {
  const pages = new Map<number, readonly StoredEvent[]>()
  let characters = 0

  const drop = (from: number): void => {
    characters -= charactersOf(pages.get(from) ?? [])
    pages.delete(from)
  }

  return {
    get: (from) => {
      const page = pages.get(from)
      if (page === undefined) return undefined
      pages.delete(from)
      pages.set(from, page)
      return page
    },
    keep: (from, page) => {
      drop(from)
      pages.set(from, page)
      characters += charactersOf(page)
      for (const oldest of pages.keys()) {
        if (characters <= maxCharacters) return
        drop(oldest)
      }
    },
  }
}
