import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll } from 'vitest'
import * as z from 'zod'

const MAIN = join(import.meta.dirname, '..', '..', '..', '..', 'local', 'service-bus', 'main.ts')

const Ready = z.object({
  service: z.literal('service-bus'),
  ready: z.literal(true),
  connectionString: z.string(),
  port: z.number(),
  managementPort: z.number().optional(),
})
export type Ready = z.infer<typeof Ready>

export type Program = {
  /** The ready line. Rejects with what the program wrote to stderr when it ends before. */
  ready: Promise<Ready>
  /** Resolves when the program has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>
  kill(signal: NodeJS.Signals): void
}

export type Programs = {
  /** Starts the broker as a program of its own. */
  run(...args: string[]): Program
  /** A file or directory of this test file, gone at its end. */
  path(name: string): string
  /** Writes a configuration file. */
  config(name: string, content: unknown): string
}

const waitForReady = async (child: ChildProcess, ended: Program['ended']): Promise<Ready> => {
  if (child.stdout === null) throw new Error('The program has no output.')
  const lines = createInterface(child.stdout)
  const line = await Promise.race([once(lines, 'line'), ended])
  if (!Array.isArray(line)) throw new Error(`The program ended before it was ready: ${line.stderr}`)
  return Ready.parse(JSON.parse(String(line[0])))
}

/** Programs of a test file; those that still run at its end are killed. */
export const usePrograms = (): Programs => {
  const folder = mkdtempSync(join(tmpdir(), 'service-bus-'))
  const children: ChildProcess[] = []
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const path = (name: string): string => join(folder, name)
  return {
    path,
    config: (name, content) => {
      writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content))
      return path(name)
    },
    run: (...args) => {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
      children.push(child)
      let stderr = ''
      child.stderr.on('data', (text: Buffer) => {
        stderr += text.toString()
      })
      const ended = once(child, 'close').then(() => ({
        code: child.exitCode,
        signal: child.signalCode,
        stderr,
      }))
      const ready = waitForReady(child, ended)
      ready.catch(() => undefined)
      return { ready, ended, kill: (signal) => child.kill(signal) }
    },
  }
}

/** The content of an emulator's file. */
export const emulatorFile = (entities: { Queues?: object[]; Topics?: object[] }): object => ({
  UserConfig: { Namespaces: [{ Name: 'sbemulatorns', ...entities }], Logging: { Type: 'File' } },
})
