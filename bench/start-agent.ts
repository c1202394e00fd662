import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAM = resolve(import.meta.dirname, '../tests/fixtures/a2a/agent-main.ts')

export type BenchAgent = { url: string; port: number; stop(): Promise<void> }

/** Starts an agent on the official SDK in a process of its own: it shares no time with those who call it. */
export const startAgent = async (): Promise<BenchAgent> => {
  const child = fork(PROGRAM, ['--port', '0', '--version', '1.0'], { silent: true })
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`The agent could not be started (exit ${code}).`)
  })
  if (child.stdout === null) throw new Error('The agent has no output.')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed])
  const { url, port } = JSON.parse(line) as { url: string; port: number }
  return {
    url,
    port,
    stop: async () => {
      child.kill()
      await failed.catch(() => undefined)
    },
  }
}
