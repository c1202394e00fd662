import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import type { FunctionMetadata } from '../../../local/functions-host/worker/protocol.ts'

const Description = z.object({
  functions: z.array(z.custom<FunctionMetadata>()),
  evaluated: z.array(z.string()).optional(),
})
export type Description = z.infer<typeof Description>

const PROGRAM = resolve(import.meta.dirname, '../../fixtures/describe-app.ts')

/**
 * What the app in a folder registers, the modules it evaluated while it was loaded, and what it logged: found out in a
 * process of its own, in the folder of the app as on Azure, with these settings alone.
 */
export const describeApp = async (
  app: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Description & { log: unknown[] }> => {
  const child = fork(PROGRAM, [app], {
    cwd: app,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...env },
  })
  const said = child.stdout === null ? '' : text(child.stdout)
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the app could not be loaded (exit code ${String(code)})`)
  })
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [unknown]
  failed.catch(() => {})
  const lines = (await said).split('\n').filter((line) => line !== '')
  return { ...Description.parse(message), log: lines.map((line): unknown => JSON.parse(line)) }
}
