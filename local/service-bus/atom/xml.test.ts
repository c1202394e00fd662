import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseXml, xml, XmlSyntaxError, type Markup } from './xml.ts'

describe('parseXml', () => {
  test('reads elements, attributes in both quotes, text, CDATA and entities, and drops prefixes', () => {
    expect(
      parseXml(
        `<?xml version="1.0"?><!-- c --><a:root xmlns:a='u' p:type="l28:int" ><b/>x &lt;&#65;&#x42;<![CDATA[<raw>]]></a:root>`,
      ),
    ).toEqual({
      name: 'root',
      attributes: { a: 'u', type: 'l28:int' },
      children: [{ name: 'b', attributes: {}, children: [], text: '' }],
      text: 'x <AB<raw>',
    })
  })

  test.each([
    ['<a>', 'one root'],
    ['<a></b>', '</b> closes nothing'],
    ['</a>', 'closes nothing'],
    ['<a/><b/>', 'one root'],
    ['', 'one root'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a/>', 'No XML at character 1'],
    ['<a>&x;</a>', '&x; is not known'],
    ['<a>&#xFFFFFFF;</a>', 'is no character'],
    ['<a', 'No XML'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseXml(text)).toThrow(XmlSyntaxError)
    expect(() => parseXml(text)).toThrow(reason)
  })

  test('reads back what was written', () => {
    type Tree = { name: string; attributes: Record<string, string>; children: Tree[]; text: string }
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,5}$/)
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.record({
          name,
          attributes: fc.dictionary(name, fc.string(), { noNullPrototype: true }),
          children: fc.constant<Tree[]>([]),
          text: fc.string({ unit: 'grapheme' }),
        }),
        fc.record({
          name,
          attributes: fc.dictionary(name, fc.string(), { noNullPrototype: true }),
          children: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
          text: fc.constant(''),
        }),
      ),
    }))
    const write = (node: Tree): Markup =>
      xml(node.name, node.children.length > 0 ? node.children.map(write) : node.text, node.attributes)
    fc.assert(
      fc.property(tree, (node) => {
        expect(parseXml(write(node).markup)).toEqual(node)
      }),
    )
  })
})
