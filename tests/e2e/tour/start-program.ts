import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { listen } from '../../../local/service/listen.ts'
import { ROOT } from './read-tour.ts'

const PORTS = 6
const FIRST_PORT = 20_000
const LAST_PORT = 32_000

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

/** A port that is free, as are those behind it. */
export const findPortBase = async (): Promise<number> => {
  for (;;) {
    const base = FIRST_PORT + Math.floor((Math.random() * (LAST_PORT - FIRST_PORT)) / PORTS) * PORTS
    const free = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
}

/** Runs what `npm start` runs, until it has printed its addresses. */
export const startProgram = async (
  args: readonly string[],
): Promise<{ child: ChildProcess; printed: string[] }> => {
  const child = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed: string[] = []
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line)
        if (line.includes('curl -N')) resolve()
      })
    }
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(printed.join('\n'))))
  await Promise.race([ready, ended])
  ended.catch(() => undefined)
  return { child, printed }
}
