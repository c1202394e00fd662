import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')

export type StartedProgram = {
  /** Its lines, as soon as there are so many; fewer when it ends before. */
  printed(count: number): Promise<string[]>
  /** Resolves with its exit code. */
  exit: Promise<number | null>
}

/** Starts a program of this repository that goes on, until the test is over. */
export const startProgram = (
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): StartedProgram => {
  const child = spawn(process.execPath, [path, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const closed = once(output, 'close')
  return {
    printed: async (count) => {
      while (lines.length < count && child.exitCode === null)
        await Promise.race([once(output, 'line'), closed])
      return lines
    },
    exit: once(child, 'close').then(([code]: unknown[]) => code as number | null),
  }
}
