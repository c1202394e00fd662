import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { compileRoute, type ParamsOf } from './route-pattern.ts'

const match = (route: string, path: string): Record<string, string> | undefined =>
  compileRoute(route).match(path)

describe('a route', () => {
  test('gives the values of its parameters', () => {
    expect(match('stream/{task_id}', '/stream/t-1')).toEqual({ task_id: 't-1' })
    expect(match('v1/tasks/{id}/events/{index:int}', '/v1/tasks/a/events/7')).toEqual({ id: 'a', index: '7' })
  })

  test('matches literals without regard to case, and a slash at the end', () => {
    expect(match('Stream/{task_id}/negotiate', '/sTREAM/x/NEGOTIATE/')).toEqual({ task_id: 'x' })
  })

  test('does not match another path', () => {
    expect(match('stream/{task_id}', '/stream')).toBeUndefined()
    expect(match('stream/{task_id}', '/stream/a/b')).toBeUndefined()
    expect(match('stream/{task_id}', '/streams/a')).toBeUndefined()
    expect(match('v1.tasks', '/v1xtasks')).toBeUndefined()
  })

  test('keeps the longest beginning in a segment of several parts', () => {
    expect(match('v1/tasks/{id}:cancel', '/v1/tasks/a:b:cancel')).toEqual({ id: 'a:b' })
    expect(match('v1/tasks/{id}:cancel', '/v1/tasks/:cancel')).toBeUndefined()
    expect(match('files/{name}.{ending}', '/files/a.tar.gz')).toEqual({ name: 'a.tar', ending: 'gz' })
  })

  test('takes an optional parameter and a rest that are absent as empty', () => {
    expect(match('v1/agents/{id?}', '/v1/agents')).toEqual({ id: '' })
    expect(match('v1/agents/{id?}', '/v1/agents/x')).toEqual({ id: 'x' })
    expect(match('static/{*rest}', '/static')).toEqual({ rest: '' })
    expect(match('static/{*rest}', '/static/a/b.css')).toEqual({ rest: 'a/b.css' })
    expect(match('{*path}', '/any/thing')).toEqual({ path: 'any/thing' })
    expect(match('{*path}', '/')).toEqual({ path: '' })
  })

  test('without parameters gives none', () => {
    expect(match('health', '/health')).toEqual({})
  })

  test('that is not understood is refused when it is compiled', () => {
    expect(() => compileRoute('a/{b')).toThrow('{b')
    expect(() => compileRoute('a/x{*rest}')).toThrow('{*rest}')
    expect(() => compileRoute('{a}/{a}')).toThrow()
  })

  test('names its parameters in its type', () => {
    expectTypeOf<ParamsOf<'v1/{id}/x/{n:int}/{name?}/{*rest}'>>().toEqualTypeOf<
      'id' | 'n' | 'name' | 'rest'
    >()
    expectTypeOf<ParamsOf<'v1/tasks/{id}:cancel'>>().toEqualTypeOf<'id'>()
    expectTypeOf<ParamsOf<'health'>>().toEqualTypeOf<never>()
  })
})

describe('a value', () => {
  test('with an encoded slash is decoded fully, as the client sent it and as the proxy sends it on', () => {
    expect(match('stream/{id}', '/stream/a%2Fb')).toEqual({ id: 'a/b' })
    expect(match('stream/{id}', '/stream/a%252Fb')).toEqual({ id: 'a/b' })
    expect(match('stream/{id}:cancel', '/stream/did%3Aweb%3Aa%2fb%3Acancel')).toEqual({ id: 'did:web:a/b' })
  })

  test('is decoded once', () => {
    expect(match('stream/{id}', '/stream/100%2525')).toEqual({ id: '100%25' })
    expect(match('stream/{id}', '/stream/a%2520b')).toEqual({ id: 'a%20b' })
    expect(match('stream/{id}', '/stream/a+b')).toEqual({ id: 'a+b' })
  })

  test('that is not UTF-8 is an error', () => {
    expect(() => match('stream/{id}', '/stream/%E4%F6')).toThrow(URIError)
  })

  test('comes back whatever it is, on either way', () => {
    const id = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text.isWellFormed() && !/%2f/i.test(text))
    fc.assert(
      fc.property(id, (text) => {
        const encoded = encodeURIComponent(text)
        const route = compileRoute('stream/{id}/final')
        expect(route.match(`/stream/${encoded}/final`)).toEqual({ id: text })
        expect(route.match(`/stream/${encoded.replaceAll('%2F', '%252F')}/final`)).toEqual({ id: text })
      }),
    )
  })
})
