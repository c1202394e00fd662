import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import type { ServiceLine } from './spawn-service.ts'
import { supervise, type SupervisedService, type SuperviseOptions } from './supervise.ts'

const FIXTURES = resolve(import.meta.dirname, '../../tests/fixtures')

/** Resolves with the first of the lines, past and future, that has the text. */
const createLines = (): { onLine(line: ServiceLine): void; find(part: string): Promise<string> } => {
  const seen: string[] = []
  const waiting: Array<() => void> = []
  return {
    onLine: ({ text }) => {
      seen.push(text)
      for (const look of waiting.splice(0)) look()
    },
    find: async (part) => {
      for (;;) {
        const found = seen.findIndex((text) => text.includes(part))
        if (found >= 0) return seen.splice(found, 1)[0] ?? ''
        await new Promise<void>((look) => waiting.push(look))
      }
    },
  }
}

const start = async (options: Partial<SuperviseOptions>): Promise<SupervisedService> => {
  const service = await supervise({
    name: 'tcp',
    path: resolve(FIXTURES, 'tcp-service.ts'),
    options: (first) => ({ port: first?.port }),
    onLine: () => {},
    onGiveUp: () => {},
    ...options,
  })
  onTestFinished(() => service.stop())
  return service
}

/** Connects and gives the pid that the service greets with. */
const greet = async (port: number): Promise<{ socket: Socket; pid: number }> => {
  const socket = connect(port, '127.0.0.1')
  const [data] = (await once(socket, 'data')) as [Buffer]
  return { socket, pid: Number(data) }
}

const crash = async (port: number): Promise<void> => {
  const { socket } = await greet(port)
  socket.on('error', () => {})
  socket.write('die')
  await once(socket, 'close')
}

test('a service is ready when its ready line came; its other lines and its environment are its own', async () => {
  const lines = createLines()
  const service = await start({ onLine: lines.onLine, env: { TCP_GREETING: 'a greeting' } })
  expect(service.ready).toMatchObject({ service: 'tcp', ready: true })
  expect(await lines.find('starting')).toBe('starting with a greeting')
  const { pid, socket } = await greet(service.ready.port)
  expect(pid).toBe(service.pid())
  socket.destroy()
})

test('a service that crashes is started again at the port it had first', async () => {
  const lines = createLines()
  const service = await start({ onLine: lines.onLine })
  const before = service.pid()
  await lines.find('starting')
  await crash(service.ready.port)
  expect(await lines.find('unexpectedly')).toContain('tcp ended unexpectedly (exit code 3)')
  await lines.find('starting')
  await service.start()
  const { pid, socket } = await greet(service.ready.port)
  expect(pid).not.toBe(before)
  socket.destroy()
})

test('a service that was stopped, cleanly or killed, stays down until it is started', async () => {
  const lines = createLines()
  const service = await start({ onLine: lines.onLine })
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await service.stop(signal)
    expect(service.pid()).toBeUndefined()
    await expect(greet(service.ready.port)).rejects.toThrow('ECONNREFUSED')
    await service.start()
    const { pid, socket } = await greet(service.ready.port)
    expect(pid).toBe(service.pid())
    socket.destroy()
  }
})

test('a service that keeps crashing is given up', async () => {
  const lines = createLines()
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<string>()
  const service = await start({ onLine: lines.onLine, onGiveUp: giveUp, restartDelayMs: 1 })
  for (let crashes = 0; crashes < 6; crashes++) {
    await lines.find('starting')
    await service.start()
    await crash(service.ready.port)
  }
  expect(await givenUp).toBe('tcp crashed 6 times in a minute (exit code 3).')
})

test('a service that cannot start is told in its own words', async () => {
  const options = (): { fail: string } => ({ fail: 'port 1 is taken. Choose another with --port.' })
  await expect(start({ options })).rejects.toThrow('tcp: port 1 is taken. Choose another with --port.')
})

test('a program that ends silently before it is ready is an error too', async () => {
  await expect(start({ path: resolve(FIXTURES, 'ends-silently.ts') })).rejects.toThrow(
    'tcp ended (exit code 0) before it was ready.',
  )
})

test('a service ends when the process that started it is killed', async () => {
  const parent = spawn(process.execPath, [resolve(FIXTURES, 'spawn-and-wait.ts')])
  const [port] = (await once(parent.stdout, 'data')) as [Buffer]
  const { socket } = await greet(Number(port))
  const closed = once(socket, 'close')
  parent.kill('SIGKILL')
  await closed
})
