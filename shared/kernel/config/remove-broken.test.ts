import fc from 'fast-check'
import { expect, test } from 'vitest'
import { removeBroken } from './remove-broken.ts'

test('a value goes alone, an entry of a list and cors as a whole', () => {
  const settings = {
    streams: { a: 1, b: 2 },
    auth: { api_keys: [{ name: 'x', scopes: ['!'] }, { name: 'y' }] },
    cors: { enabled: true, allow_origins: 1 },
  }
  removeBroken(settings, [
    ['streams', 'a'],
    ['auth', 'api_keys', '0', 'scopes', '0'],
    ['auth', 'api_keys', '0'],
    ['cors', 'allow_origins'],
  ])
  expect(settings).toEqual({ streams: { b: 2 }, auth: { api_keys: [{ name: 'y' }] } })
})

test('what is missing takes with it what it is missing from', () => {
  const settings = { auth: { api_keys: [{ key: 'x' }] } }
  removeBroken(settings, [['auth', 'api_keys', '0', 'name']])
  expect(settings).toEqual({ auth: { api_keys: [] } })
})

test('exactly the entries that are named go, in whatever order, and the others know where they stood', () => {
  const entries = fc.uniqueArray(fc.nat(30), { maxLength: 31 })
  fc.assert(
    fc.property(entries, (broken) => {
      const all = Array.from({ length: 31 }, (_, index) => ({ index }))
      const settings = { list: [...all] }
      const toOriginal = removeBroken(
        settings,
        broken.map((index) => ['list', String(index), 'x']),
      )
      expect(settings.list).toEqual(all.filter(({ index }) => !broken.includes(index)))
      for (const [place, { index }] of settings.list.entries()) {
        expect(toOriginal(['list', String(place), '3'])).toEqual(['list', String(index), '3'])
      }
      expect(toOriginal(['other', '0'])).toEqual(['other', '0'])
    }),
  )
})
