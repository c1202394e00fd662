import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel'
import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { isAgentTrouble } from './agent-trouble.ts'

const MAX_AGENTS = 1_000

/** Runs a call of an agent, unless so many in a row have failed that the agent is left alone. */
export type RunInCircuit = <Result>(agent: Agent, work: () => Promise<Result>) => Promise<Result>

export type CircuitOptions = {
  /** Failures in a row after which an agent is left alone. */
  failures: number
  /** Seconds until it is tried again. */
  openSeconds: number
}

const leftAlone = ({ id }: Agent, { failures, openSeconds }: CircuitOptions, cause: unknown): Error =>
  a2aFailure(
    'AGENT_UNAVAILABLE',
    `The agent "${id}" failed ${failures} times in a row; the call was not made. It is tried again in ${openSeconds} s.`,
    { retryAfterSeconds: Math.ceil(openSeconds), cause },
  )

/** A circuit per agent: opened by failures of the agent itself, tried again with one call. */
export const createAgentCircuits = (options: CircuitOptions): RunInCircuit => {
  const circuits = new BoundedMap<string, CircuitBreakerPolicy>(MAX_AGENTS)

  const circuitOf = ({ id, scheme, fqdn, connectedAt = '' }: Agent): CircuitBreakerPolicy => {
    // An agent that has connected anew begins anew.
    const key = `${id} ${scheme}://${fqdn} ${connectedAt}`
    const breaker = new ConsecutiveBreaker(options.failures)
    const circuit =
      circuits.get(key) ??
      circuitBreaker(handleWhen(isAgentTrouble), { halfOpenAfter: options.openSeconds * 1000, breaker })
    // The one used last stands last.
    circuits.set(key, circuit)
    return circuit
  }

  return async (agent, work) => {
    try {
      return await circuitOf(agent).execute(work)
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      throw leftAlone(agent, options, error)
    }
  }
}
