import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { Settings } from './settings.ts'

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/configuration.md'), 'utf8')

const written = (value: unknown): string => {
  if (value === undefined) return 'none'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** Every key with its default, as the guide writes them. */
const keysOf = (): Map<string, string> => {
  const defaults: Record<string, Record<string, unknown>> = Settings.parse({})
  const shapes = Object.entries(Settings.shape).map(([section, schema]) => {
    const inner: unknown = schema.unwrap()
    if (!(inner instanceof z.ZodObject)) throw new Error(`${section} is no section`)
    return [section, Object.keys(inner.shape)] as const
  })
  return new Map(
    shapes.flatMap(([section, keys]) =>
      keys.map((key) => [`${section}.${key}`, written(defaults[section]?.[key])] as const),
    ),
  )
}

const rows = new Map(
  GUIDE.split('## Every key of the file')[1]
    ?.split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, key = '']) => /^`\w+\.\w+`$/.test(key))
    .map(([, key = '', value = '']) => [key.slice(1, -1), value]),
)

test('the guide lists every setting with its default, and no other', () => {
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(keysOf()))
})
