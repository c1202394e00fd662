import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import * as z from 'zod'

const LOCAL = join(import.meta.dirname, '../../../local')
const TLS = join(import.meta.dirname, '../web-pubsub/tls')

export const tlsOptions = ['--tls-cert', join(TLS, 'cert.pem'), '--tls-key', join(TLS, 'key.pem')] as const

const Ready = z.looseObject({
  service: z.string(),
  ready: z.literal(true),
  port: z.int(),
  connectionString: z.string().default(''),
  managementPort: z.int().default(0),
})
export type Ready = z.infer<typeof Ready>

/** A local service with the options that give it free ports. */
export type Service = { name: string; options: readonly string[] }

const spawnService = ({ name, options }: Service, args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [join(LOCAL, name, 'main.ts'), ...options, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Starts a service as a program of its own and reads its first line, which must be the ready line. */
export const start = async (
  service: Service,
  args: readonly string[] = [],
): Promise<{ ready: Ready; stop(): Promise<unknown> }> => {
  const child = spawnService(service, args)
  child.stderr?.resume()
  if (child.stdout === null) throw new Error('The program has no output.')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    ready: Ready.parse(JSON.parse(line)),
    stop: async () => {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      return (await ended)[0]
    },
  }
}

/** Runs a program that must not start, and answers how it ends. */
export const fail = async (
  service: Service,
  args: readonly string[],
): Promise<{ code: unknown; stderr: string }> => {
  const child = spawnService(service, args)
  let stderr = ''
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  const [code] = await once(child, 'close')
  return { code, stderr }
}
