import { createRequire } from 'node:module'
import { Language, type Node, Parser } from 'web-tree-sitter'

const require = createRequire(import.meta.url)

/** The first place that is no Bicep, as "line:column text". */
const placeOfError = (node: Node): string | undefined => {
  if (node.isError || node.isMissing) {
    const { row, column } = node.startPosition
    return `${row + 1}:${column + 1} ${node.isMissing ? `${node.type} is missing` : node.text.split('\n')[0]}`
  }
  for (const child of node.children) {
    const place = child.hasError || child.isMissing ? placeOfError(child) : undefined
    if (place !== undefined) return place
  }
  return undefined
}

export type ParseBicep = (text: string) => Node

/**
 * Opens the parser of Bicep. It knows no spread (`...`): lists are joined by concat(), objects by union().
 * The parse function throws where a text is no Bicep, with the place.
 */
export const openParser = async (): Promise<ParseBicep> => {
  await Parser.init()
  const bicep = await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))
  return (text) => {
    const root = new Parser().setLanguage(bicep).parse(text)?.rootNode
    if (root === undefined) throw new Error('The parser of Bicep gave no tree.')
    if (root.hasError) throw new Error(`This is no Bicep: ${placeOfError(root) ?? root.text}`)
    return root
  }
}
