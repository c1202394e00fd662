import * as z from 'zod'
import { LITERAL_ROLES_MAX, PATTERNS_MAX } from '../limits.ts'
import { compileGroupPattern, type GroupPattern } from './group-pattern.ts'

export const Permission = z.enum(['sendToGroup', 'joinLeaveGroup'])
export type Permission = z.infer<typeof Permission>

type Grant = { all: boolean; groups: ReadonlySet<string>; patterns: readonly GroupPattern[] }

/** What a connection may do. Never changed in place: connections without roles share one value. */
export type Grants = Readonly<Record<Permission, Grant>>

const nothing: Grant = { all: false, groups: new Set(), patterns: [] }
export const noGrants: Grants = { sendToGroup: nothing, joinLeaveGroup: nothing }

/** A role that Azure does not take. */
export class RoleError extends Error {
  override name = 'RoleError'
}

const readRoles = (roles: readonly string[], permission: Permission): Grant => {
  const literal = `webpubsub.${permission}`
  const named = roles.filter((role) => role.startsWith(`${literal}.`))
  const wild = roles.filter((role) => role.startsWith(`${literal}s.`))
  if (wild.length > PATTERNS_MAX || named.length > LITERAL_ROLES_MAX) {
    throw new RoleError(
      `Too many ${permission} roles: at most ${PATTERNS_MAX} patterns and ${LITERAL_ROLES_MAX} group names.`,
    )
  }
  return {
    all: roles.includes(literal),
    groups: new Set(named.map((role) => role.slice(literal.length + 1))),
    patterns: wild.map((role) => {
      const pattern = compileGroupPattern(role.slice(literal.length + 2))
      if (pattern === undefined)
        throw new RoleError(`Role '${role}' has too many '*': at most five are allowed.`)
      return pattern
    }),
  }
}

/**
 * The grants of the roles of a token or a `connect` reply. Roles that are none of Web PubSub's are ignored.
 * @throws RoleError when a pattern or the number of roles is over the limits.
 */
export const readGrants = (roles: readonly string[]): Grants =>
  roles.length === 0
    ? noGrants
    : { sendToGroup: readRoles(roles, 'sendToGroup'), joinLeaveGroup: readRoles(roles, 'joinLeaveGroup') }

/** May the holder do this to the group; without a group: to every group. */
export const allows = (grants: Grants, permission: Permission, group?: string): boolean => {
  const { all, groups, patterns } = grants[permission]
  if (all || group === undefined) return all
  return groups.has(group) || patterns.some((matches) => matches(group))
}

/** Adds a permission for one group, or for all groups. */
export const grant = (grants: Grants, permission: Permission, group?: string): Grants => {
  const before = grants[permission]
  const after =
    group === undefined ? { ...before, all: true } : { ...before, groups: new Set([...before.groups, group]) }
  return { ...grants, [permission]: after }
}

/** Takes a permission for one group back, or for all groups together with everything that was granted. */
export const revoke = (grants: Grants, permission: Permission, group?: string): Grants => {
  const before = grants[permission]
  const after =
    group === undefined
      ? nothing
      : { ...before, groups: new Set([...before.groups].filter((name) => name !== group)) }
  return { ...grants, [permission]: after }
}
