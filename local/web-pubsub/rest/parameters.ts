import type { Connection } from '../hubs/connection.ts'
import { isGroupName } from '../hubs/group-name.ts'
import { GROUP_NAME_MAX_LENGTH } from '../limits.ts'
import { RestError } from './rest-error.ts'
import type { RestRequest } from './route.ts'

/** A group name, or the 400 that Azure answers. */
export const checkGroup = (group: string): string => {
  if (isGroupName(group)) return group
  throw new RestError(
    400,
    `A group name has 1 to ${GROUP_NAME_MAX_LENGTH} characters and is not blank.`,
    'group',
  )
}

/** The group of the path. */
export const groupOf = ({ params }: RestRequest): string => checkGroup(params['group'] ?? '')

export const userOf = ({ params }: RestRequest): string => params['user'] ?? ''

export const connectionIdOf = ({ params }: RestRequest): string => params['connection'] ?? ''

/** The connection of the path, or 404. */
export const connectionOf = (request: RestRequest): Connection => {
  const id = connectionIdOf(request)
  const connection = request.hub.connections.get(id)
  if (connection !== undefined) return connection
  throw new RestError(404, `Connection '${id}' does not exist in hub '${request.hub.name}'.`, 'connectionId')
}

/** The value of an integer of the query; undefined when it is not there. */
export const integerOf = (
  { url }: RestRequest,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined => {
  const text = url.searchParams.get(name)
  if (text === null) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new RestError(400, `${name} must be an integer from ${min} to ${max}.`, name)
}
