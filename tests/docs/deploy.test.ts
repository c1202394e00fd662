import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { readGuide } from '../e2e/guides/read-guide.ts'
import { priceEvents } from './sizing.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8')

const Parameters = z.object({ parameters: z.record(z.string(), z.object({ value: z.string() })) })

const guide = readGuide('deploy')
const template = await read('infra/main.bicep')
const { parameters } = Parameters.parse(JSON.parse(await read('infra/main.parameters.json')))

/** The value after `=` of a parameter, as a reader of the guide sees it; undefined for an expression. */
const defaultOf = (parameter: string): string | undefined => {
  const written = new RegExp(`^param ${parameter} \\w+ = (.+)$`, 'm').exec(template)?.[1] ?? ''
  if (written === "''" || written === '{}') return '–'
  const [, text, other] = /^(?:'([^']+)'|(\d+|true|false))$/.exec(written) ?? []
  const value = text ?? other
  return value === undefined ? undefined : `\`${value}\``
}

test('every parameter of the template is in the table, with its default', () => {
  const rows = guide.rows('### Parameters')
  const variables = Object.entries(parameters).flatMap(([parameter, { value }]) =>
    value.startsWith('${GATEWAY_') ? [{ parameter, variable: `\`${value.slice(2, -1)}\`` }] : [],
  )
  expect(rows.map(([variable]) => variable)).toEqual(variables.map(({ variable }) => variable))
  const told = variables.map(({ parameter }, index) => defaultOf(parameter) && rows[index]?.[1])
  expect(told).toEqual(variables.map(({ parameter }) => defaultOf(parameter)))
})

test('the commands ask for outputs of the template, and set what it takes', () => {
  const outputs = [...template.matchAll(/^output (\w+) /gm)].map(([, name]) => name)
  const taken = Object.values(parameters).map(({ value }) => value.slice(2, -1))
  const asked = [...guide.text.matchAll(/azd env get-value ([A-Z_]+)/g)].map(([, name]) => name)
  const set = [...guide.text.matchAll(/azd env set ([A-Z_]+)/g)].map(([, name]) => name)
  expect(asked).toContain('GATEWAY_URL')
  expect(asked.filter((name) => ![...outputs, ...taken].includes(name))).toEqual([])
  expect(set.filter((name = '') => !taken.includes(name))).toEqual([])
})

test('a million events cost what the formula says', () => {
  const rows = [1, 10, 100, 500].map((rate) => [
    String(rate),
    ...priceEvents(rate).map((dollars) => dollars.toFixed(2)),
  ])
  expect(guide.rows('### A million events')).toEqual(rows)
})

/** As GitHub makes an anchor of a heading. */
const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number} -]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => toAnchor(heading))

describe.each(['docs/guides/deploy.md', 'docs/guides/scale.md'])('%s', async (path) => {
  const text = await read(path)

  test('has links that lead somewhere', async () => {
    const links = [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, file = '']) => !file.startsWith('http'),
    )
    expect(links).not.toEqual([])
    for (const [link, file = '', anchor] of links) {
      const target = file === '' ? path : join(dirname(path), file)
      expect(existsSync(join(root, target)), link).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(await read(target)), link).toContain(anchor)
    }
  })

  test('names files of the repository that exist', () => {
    const named = [...text.matchAll(/`((?:infra|tests|docs|workspace|\.github)\/[\w./-]+)`/g)].map(
      ([, file = '']) => file,
    )
    expect(
      named.filter((file) => !existsSync(join(root, file)) && file !== 'workspace/gateway.yaml'),
    ).toEqual([])
  })
})
