import type { Said, Shape } from '../../contract/a2a/dialect.ts'
import type { Agent } from '../../registry/agent.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { toSaid } from '../dialect/said.ts'
import { invalidAnswer } from './agent-trouble.ts'
import type { Answer } from './read-answer.ts'

/** What is known of a task while its agent tells of it. */
export type TaskWatch = {
  /** Takes note of an event, in the words of the agent. @throws A2aFailure INVALID_AGENT_RESPONSE */
  read(answer: Pick<Answer, 'text' | 'extensions'>): Said
  taskId(): string | undefined
  /** Whether the task has come to a terminal or interrupted state, or the agent has answered with a message. */
  hasEnded(): boolean
  hasBegun(): boolean
}

/** `taskId`: the task that was asked for, where one was. An agent may tell of one task only. */
export const watchTask = (agent: Agent, shape: Shape, asked: string | undefined): TaskWatch => {
  let taskId = asked
  let [begun, ended] = [false, false]

  const interpret = (text: string): { said: Said; event: ReturnType<typeof describeEvent> } => {
    try {
      const said = toSaid('event', text, shape)
      return { said, event: describeEvent(said.text) }
    } catch (error) {
      throw invalidAnswer(agent, 'an event of it is none of task, message, status or artifact.', error)
    }
  }

  return {
    read: ({ text, extensions }) => {
      const { said, event } = interpret(text)
      if (taskId !== undefined && event.taskId !== undefined && event.taskId !== taskId)
        throw invalidAnswer(agent, 'it tells of another task than the one it began with.')
      taskId ??= event.taskId
      ended = event.ends !== undefined
      if (begun) return said
      begun = true
      return { ...said, extensions }
    },
    taskId: () => taskId,
    hasEnded: () => ended,
    hasBegun: () => begun,
  }
}
