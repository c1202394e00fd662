import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Runs a shell command that goes on, until it prints a line; its whole process group ends with the test. */
export const runUntil = async (
  command: string,
  isReady: (line: string) => boolean,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> => {
  const child = spawn('bash', ['-c', command], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [ended, group] = [once(child, 'exit'), child.pid ?? 0]
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-group, 'SIGTERM')
    await ended
  })
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) if (isReady(line)) return
  throw new Error(`"${command}" ended before it was ready.`)
}
