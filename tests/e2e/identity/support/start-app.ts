import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { APP } from '../../support/start-test-cloud.ts'

const HOST = resolve(import.meta.dirname, '../../../../local/functions-host/main.ts')

export type App = {
  /** What host and app wrote so far. */
  lines: readonly string[]
  /** @throws Error when something went wrong that would hang on Azure. */
  stop(): Promise<void>
}

/**
 * Runs the built app in the functions host, a program whose environment is `env` and nothing else: its triggers and the
 * app sign in as the same identity, and trust the same certificates.
 */
export const startApp = async (url: string, env: Readonly<Record<string, string>>): Promise<App> => {
  const { port } = new URL(url)
  const child = spawn(process.execPath, [HOST, '--app', APP, '--port', port, '--strict'], {
    env: { ...env },
    // By the channel it knows when this process is gone, however that ended.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  if (child.stdout === null || child.stderr === null) throw new Error('The program has no output.')
  const lines: string[] = []
  const ended = once(child, 'close')
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line))
  const ready = once(createInterface({ input: child.stdout }), 'line')
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(lines.join('\n'))
    }),
  ])
  return {
    lines,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await ended
      if (code !== 0) throw new Error(`The functions host ended with ${code}.\n${lines.join('\n')}`)
    },
  }
}
