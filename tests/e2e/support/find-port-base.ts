import { createServer } from 'node:net'
import { listen } from '../../../local/service/listen.ts'

/** Ports in a row that a cloud needs (`local/cloud/ports.ts`). */
const PORTS = 6

/**
 * Below the range from which systems take ports for outgoing connections: while a service that was killed is down,
 * nobody else gets its port.
 */
const FIRST_PORT = 20_000
const PORTS_OF_A_WORKER = 1200
const WORKERS = 10

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    await listen(server, { host: '127.0.0.1', port })
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/** A port that is free, as are those behind it. Test files that run at the same time look in different places. */
export const findPortBase = async (): Promise<number> => {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS
  for (;;) {
    const slot = Math.floor((Math.random() * PORTS_OF_A_WORKER) / PORTS)
    const base = FIRST_PORT + worker * PORTS_OF_A_WORKER + slot * PORTS
    const free = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
}
