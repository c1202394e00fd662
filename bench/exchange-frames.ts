import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import type { BenchAgent } from './bench-agents.ts'
import { keepRate } from './keep-rate.ts'

const Heard = z.looseObject({ id: z.string(), type: z.string() })

const PATIENCE_MS = 10_000

export type Exchange = { sent: number; lost: number; refused: number; took: number[] }

/** An SDP is a kilobyte or so; a candidate much less. */
const CANDIDATE = `candidate:1 1 udp 2122260223 127.0.0.1 50000 typ host ${'x'.repeat(400)}`

/** Has agents send signed frames to each other at a rate. `took`: milliseconds from the send to the other's socket. */
export const exchangeFrames = async (
  agents: readonly BenchAgent[],
  rate: { perSecond: number; seconds: number },
): Promise<Exchange> => {
  const sentAt = new Map<string, number>()
  const took: number[] = []
  let refused = 0
  const hear = (data: unknown): void => {
    const now = performance.now()
    const { id, type } = Heard.parse(JSON.parse(String(data)))
    const at = sentAt.get(id)
    if (type === 'ERROR') refused++
    if (at === undefined) return
    sentAt.delete(id)
    took.push(now - at)
  }
  for (const { socket } of agents) socket.on('message', hear)
  const sent = await keepRate(rate, (index) => {
    const from = agents[index % agents.length]
    const to = agents[(index * 7 + 1) % agents.length]
    if (from === undefined || to === undefined) return
    const frame = from.frame({ type: 'ICE_CANDIDATE', to: to.did, payload: { candidate: CANDIDATE } })
    sentAt.set(frame.id, performance.now())
    from.socket.send(JSON.stringify(frame))
  })
  for (let waited = 0; sentAt.size > 0 && waited < PATIENCE_MS; waited += 10) await delay(10)
  for (const { socket } of agents) socket.off('message', hear)
  return { sent, lost: sentAt.size, refused, took }
}
