import { setTimeout as delay } from 'node:timers/promises'
import type { Agent } from './publish.ts'

/** An agent that talks all the time, until it is stopped. */
export type Talk = {
  /** Resolves when it talks no more, with the number of events it has published. */
  stop(): Promise<number>
}

const PAUSE_MS = 20

export const publishSteadily = (agent: Agent): Talk => {
  let stopped = false
  const talk = async (): Promise<number> => {
    let count = 0
    for (; !stopped; count++) {
      await agent.say({ payload: { count } })
      await delay(PAUSE_MS)
    }
    return count
  }
  const talking = talk()
  return {
    stop: () => {
      stopped = true
      return talking
    },
  }
}
