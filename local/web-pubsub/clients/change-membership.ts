import type { Connection } from '../hubs/connection.ts'
import { allows } from '../hubs/grants.ts'
import { isGroupName } from '../hubs/group-name.ts'
import type { Hub } from '../hubs/hub.ts'
import type { FrameOf } from './frames/client-frame.ts'
import type { AckError } from './frames/service-frames.ts'

/** Joins or leaves a group for a client that may. */
export const changeMembership = (
  hub: Hub,
  connection: Connection,
  frame: FrameOf<'joinGroup' | 'leaveGroup'>,
): AckError | undefined => {
  const { group, type } = frame
  if (!isGroupName(group)) return { name: 'BadRequest', message: 'Invalid group name: 1 to 1024 characters.' }
  if (!allows(connection.grants, 'joinLeaveGroup', group)) {
    return {
      name: 'Forbidden',
      message: `The client does not have permission to ${type === 'joinGroup' ? 'join' : 'leave'} group '${group}'.`,
    }
  }
  if (type === 'joinGroup') hub.join(connection, group)
  else hub.leave(connection, group)
  return undefined
}
