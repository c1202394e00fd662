import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import * as z from 'zod'
import { createTestAgent, type TestAgent } from '../tests/fixtures/signaling/create-test-agent.ts'
import { toWireJson } from '../tests/fixtures/signaling/python-json.ts'
import type { BenchCloud } from './bench-cloud.ts'

/** A registered agent with its connection. */
export type BenchAgent = TestAgent & { socket: WebSocket }

const AT_ONCE = 25
const Answer = z.looseObject({ type: z.string() })

const connect = (url: string): Promise<BenchAgent> => {
  const agent = createTestAgent()
  const socket = new WebSocket(url, 'ioap.v1', { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(toWireJson(agent.registration())))
    socket.once('message', (data) => {
      const text = String(data)
      if (Answer.parse(JSON.parse(text)).type === 'REGISTERED') resolve({ ...agent, socket })
      else reject(new Error(text))
    })
  })
}

const Negotiation = z.object({ url: z.string() })

/**
 * As on Azure: the sockets are those of Web PubSub alone. Each one at /ws is two more in the functions host. A gateway
 * that is nearly full may say 503 until it has counted anew.
 */
const negotiate = async ({ endpoints }: BenchCloud): Promise<string> => {
  for (;;) {
    const response = await fetch(`${endpoints.gateway}/ws/negotiate`, { method: 'POST' })
    if (response.status !== 503) return Negotiation.parse(await response.json()).url
    await response.body?.cancel()
    await delay(Number(response.headers.get('retry-after') ?? 1) * 1000)
  }
}

/** Connects and registers so many agents, some at a time. */
export const connectBenchAgents = async (cloud: BenchCloud, count: number): Promise<BenchAgent[]> => {
  const agents: BenchAgent[] = []
  let begun = 0
  const work = async (): Promise<void> => {
    while (begun++ < count) agents.push(await connect(await negotiate(cloud)))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return agents
}

const Processes = z.object({ processes: z.array(z.looseObject({ pid: z.int() })) })

/** The process of the app. */
export const appPid = async ({ endpoints }: BenchCloud): Promise<number | undefined> => {
  const response = await fetch(`${endpoints.gateway}/__local/processes`)
  return Processes.parse(await response.json()).processes[0]?.pid
}
