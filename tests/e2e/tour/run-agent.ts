import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { findPortBase } from '../support/find-port-base.ts'
import { ROOT } from './read-tour.ts'

/** Runs the command that starts an agent, until it listens; answers its port. Its whole process group ends with the test. */
export const runAgent = async (command: string): Promise<number> => {
  const port = await findPortBase()
  const child = spawn('bash', ['-c', `${command.trim()} -- --port ${port}`], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [ended, group] = [once(child, 'exit'), child.pid ?? 0]
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-group, 'SIGTERM')
    await ended
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(`:${port}`) && line.includes('listens')) return port
  }
  throw new Error(`"${command.trim()}" ended before it listened.`)
}
