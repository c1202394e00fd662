import type { Session } from './session.ts'

/** Whether the agent has answered the call; one that failed was answered by the gateway alone. */
export const isAnswered = ({ state }: Session): boolean => state === 'completed' || state === 'paused'
