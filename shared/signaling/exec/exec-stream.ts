/**
 * The stream of what an agent answers to one call. It stands among the streams of tasks, whose viewers need no more than
 * an id: this one cannot be guessed, and nobody but the agent gets to know it.
 */
export const execStream = (requestId: string): string => `exec.${requestId}`
