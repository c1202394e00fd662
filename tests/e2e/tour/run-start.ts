import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ROOT } from './read-tour.ts'

/** Runs what `npm start` runs, until it has printed its addresses. */
export const runStart = async (
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
