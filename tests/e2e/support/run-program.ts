import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Runs a program of this repository to its end, as a child process of its own. */
export const runProgram = async (
  path: string,
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<{ code: unknown; output: string; errors: string }> => {
  const child = spawn(process.execPath, [path, ...args], { cwd: ROOT, env: { ...process.env, ...env } })
  child.stdin.end(input)
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, output, errors }
}
