/**
 * Why the gateway closed a connection, as the close frame says it: the agent has another one now, and this one must not
 * fight it.
 */
export const REPLACED_CLOSE_REASON = 'The agent has registered another connection.'
