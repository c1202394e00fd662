import { type Clock, systemClock } from '../../shared/kernel/clock.ts'
import type { AgentCall } from '../../shared/a2a/agent-call.ts'
import { createUpstream, type UpstreamOptions } from '../../shared/a2a/upstream/create-upstream.ts'
import type { Agent } from '../../shared/registry/agent.ts'
import { testAgent } from '../fixtures/test-agent.ts'
import { testSealing } from './test-sealing.ts'
import { createSendHttp } from '../../shared/kernel/egress/send-http.ts'

/** Calls of agents on this machine. */
export const openUpstream = (options: Partial<UpstreamOptions> = {}) =>
  createUpstream({
    sendHttp: createSendHttp({ allow: [] }),
    clock: systemClock,
    open: testSealing.open,
    getEntraToken: (scope) => Promise.resolve(`entra ${scope}`),
    maxMessageBytes: 1024 * 1024,
    sendWaitSeconds: 200,
    cardCacheSeconds: 300,
    circuit: { failures: 5, openSeconds: 10 },
    ...options,
  })

/** An agent of a file, at an address of this machine. */
export const agentAt = (url: string, wishes: Partial<Agent> = {}): Agent =>
  testAgent('echo', { origin: 'file', group: 'default', fqdn: new URL(url).host, proxyId: 'a', ...wishes })

export const callOf = (
  operation: AgentCall['operation'],
  params: unknown,
  wishes: Partial<AgentCall> = {},
): AgentCall => ({
  agentId: 'echo',
  operation,
  dialect: { version: '1.0', binding: 'jsonrpc' },
  params: JSON.stringify(params),
  headers: { 'x-from-agent': 'proxy' },
  ...wishes,
})

/** Pauses up to 5 s are over at once, and written down; longer ones are deadlines, and real. */
export const createHastyClock = (): Clock & { pauses: number[] } => {
  const pauses: number[] = []
  return {
    ...systemClock,
    pauses,
    sleep: (ms, signal) => {
      if (ms > 5_000) return systemClock.sleep(ms, signal)
      pauses.push(ms)
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}

export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
