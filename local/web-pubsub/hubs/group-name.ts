import { GROUP_NAME_MAX_LENGTH } from '../limits.ts'

export const isGroupName = (group: string): boolean =>
  group.trim() !== '' && group.length <= GROUP_NAME_MAX_LENGTH
