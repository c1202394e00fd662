import { describe, expect, test } from 'vitest'
import { allows, grant, noGrants, readGrants, revoke, RoleError } from './grants.ts'

describe('grants', () => {
  test('no role is no permission', () => {
    expect(allows(readGrants([]), 'sendToGroup', 'g')).toBe(false)
    expect(allows(readGrants(['admin', 'webpubsub.dance']), 'joinLeaveGroup', 'g')).toBe(false)
  })

  test('a permission is for all groups, for one, or for those that match', () => {
    const all = readGrants(['webpubsub.sendToGroup'])
    expect([
      allows(all, 'sendToGroup'),
      allows(all, 'sendToGroup', 'g'),
      allows(all, 'joinLeaveGroup'),
    ]).toEqual([true, true, false])
    const some = readGrants(['webpubsub.sendToGroup.g', 'webpubsub.sendToGroups.a.*'])
    expect(['g', 'a.b', 'a.b.c', 'h'].map((group) => allows(some, 'sendToGroup', group))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(allows(some, 'sendToGroup')).toBe(false)
  })

  test('a group whose name looks like a pattern is a name', () => {
    expect(allows(readGrants(['webpubsub.sendToGroup.a*']), 'sendToGroup', 'abc')).toBe(false)
  })

  test('granting and revoking change neither other permissions nor other holders', () => {
    const given = grant(grant(noGrants, 'sendToGroup', 'g'), 'sendToGroup', 'h')
    expect(allows(noGrants, 'sendToGroup', 'g')).toBe(false)
    expect(allows(given, 'joinLeaveGroup', 'g')).toBe(false)
    const taken = revoke(given, 'sendToGroup', 'g')
    expect(['g', 'h'].map((group) => allows(taken, 'sendToGroup', group))).toEqual([false, true])
    expect(allows(revoke(given, 'sendToGroup'), 'sendToGroup', 'h')).toBe(false)
  })

  test('eleven patterns, a thousand and one names, six stars are too many', () => {
    const roles = (count: number, role: (n: number) => string): string[] =>
      Array.from({ length: count }, (_, n) => role(n))
    const patterns = (count: number): string[] => roles(count, (n) => `webpubsub.joinLeaveGroups.p${n}.*`)
    const names = (count: number): string[] => roles(count, (n) => `webpubsub.sendToGroup.n${n}`)
    expect(() => readGrants([...patterns(10), ...names(1000)])).not.toThrow()
    expect(() => readGrants(patterns(11))).toThrow(RoleError)
    expect(() => readGrants(names(1001))).toThrow(RoleError)
    expect(() => readGrants(['webpubsub.sendToGroups.******'])).toThrow(RoleError)
  })
})
