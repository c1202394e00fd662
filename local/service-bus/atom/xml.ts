/** An element with its text; names are without their prefix. What the Atom protocol of Service Bus has no use for (mixed content, processing instructions) is not kept. */
export type XmlElement = {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

export class XmlSyntaxError extends Error {
  override name = 'XmlSyntaxError'
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const decodeEntity = (entity: string, name: string): string => {
  if (!name.startsWith('#')) {
    const known = ENTITIES[name]
    if (known === undefined) throw new XmlSyntaxError(`The entity ${entity} is not known.`)
    return known
  }
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  if (!(code <= 0x10ffff)) throw new XmlSyntaxError(`${entity} is no character.`)
  return String.fromCodePoint(code)
}

const decode = (text: string): string => text.replaceAll(/&([^;&]*);/g, decodeEntity)

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

const readAttributes = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      localName(name),
      decode(double ?? single ?? ''),
    ]),
  )

/** In this order: prolog and comment, CDATA, end tag, start tag, text. */
const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<\/(?<end>[^\s>]+)\s*>|<(?<start>[^\s/>!?]+)(?<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y

/**
 * Parses a document of elements, attributes, text, CDATA and comments. Document types are refused, so that no entity
 * can expand.
 * @returns the root element. @throws XmlSyntaxError
 */
export const parseXml = (xml: string): XmlElement => {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(xml)?.groups
    const parent = open.at(-1)
    if (groups === undefined || parent === undefined)
      throw new XmlSyntaxError(`No XML at character ${at + 1}.`)
    const { data, end, start, attributes = '', empty, text } = groups
    parent.text += data ?? decode(text ?? '')
    if (start !== undefined) {
      const element = {
        name: localName(start),
        attributes: readAttributes(attributes),
        children: [],
        text: '',
      }
      parent.children.push(element)
      if (empty === '') open.push(element)
    } else if (end !== undefined) {
      if (open.length === 1 || parent.name !== localName(end))
        throw new XmlSyntaxError(`</${end}> closes nothing.`)
      open.pop()
    }
  }
  const [only, ...others] = root.children
  if (only === undefined || others.length > 0 || open.length > 1) {
    throw new XmlSyntaxError('The document must have one root element that is closed.')
  }
  return only
}

export const findChild = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => child.name === name)

/** XML that is ready to be sent. */
export type Markup = { markup: string }

/** By name: the reader of the JavaScript SDK leaves numeric references as they are. */
const ESCAPES = new Map(Object.entries(ENTITIES).map(([name, character]) => [character, `&${name};`]))

const escapeText = (text: string): string =>
  text.replaceAll(/[<>&"]/g, (character) => ESCAPES.get(character) ?? character)

/** One element; a string as content is text, markup is taken as it is. */
export const xml = (
  name: string,
  content: string | readonly Markup[] = '',
  attributes: Record<string, string> = {},
): Markup => {
  const inner =
    typeof content === 'string' ? escapeText(content) : content.map((part) => part.markup).join('')
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeText(value)}"`)
    .join('')
  return { markup: inner === '' ? `<${name}${head}/>` : `<${name}${head}>${inner}</${name}>` }
}
