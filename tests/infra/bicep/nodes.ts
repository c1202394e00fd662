import type { Node } from 'web-tree-sitter'
import type { Value } from './value.ts'

/** What the names of a place mean, and the data files that it can load. */
export type Scope = {
  /** @throws when there is no such name. */
  read: (name: string) => Value
  /** @param path from the folder of the file @throws when there is no such file. */
  load: (path: string) => Value
}

export type Evaluate = (node: Node, scope: Scope) => Value

/** The children that say something. */
export const partsOf = (node: Node): Node[] => node.namedChildren.filter(({ type }) => type !== 'comment')

export const only = (node: Node | undefined | null): Node => {
  if (!node) throw new Error('A part of the syntax is missing.')
  return node
}
