import { createServer } from 'node:net'
import { ServiceBusClient } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { listen } from '../../../local/service/listen.ts'
import { receiveOne } from './support/entities.ts'
import { emulatorFile, usePrograms } from './support/program.ts'

const { run, config, path } = usePrograms()

const good = () =>
  config(
    'good.json',
    emulatorFile({ Queues: [{ Name: 'q' }], Topics: [{ Name: 't', Subscriptions: [{ Name: 's' }] }] }),
  )

describe('the program', () => {
  test('says where it is, serves the entities of its file, and ends cleanly on SIGTERM', async () => {
    const program = run('--port', '0', '--config', good(), '--key', 'my-key')
    const { connectionString, port, managementPort } = await program.ready
    expect(connectionString).toBe(
      `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=my-key;UseDevelopmentEmulator=true;`,
    )
    expect(managementPort).toBeUndefined()
    const client = new ServiceBusClient(connectionString)
    await client.createSender('t').sendMessages({ body: 'hello' })
    expect((await receiveOne(client.createReceiver('t', 's'))).body).toBe('hello')
    await client.close()
    program.kill('SIGTERM')
    expect(await program.ended).toEqual({ code: 0, signal: null, stderr: '' })
  })

  test('tells time, faults and meter over HTTP, and lets them be set', async () => {
    const program = run('--port', '0', '--management-port', '0', '--config', good())
    const { connectionString, managementPort } = await program.ready
    const local = async (
      what: string,
      init: { method: string; body?: string } = { method: 'GET' },
    ): Promise<unknown> => (await fetch(`http://127.0.0.1:${managementPort}/__local/${what}`, init)).json()
    const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } })
    const sender = client.createSender('q')
    await sender.sendMessages({ body: 1, timeToLive: 60_000 })
    expect(await local('meter')).toMatchObject({ operations: { send: 1 } })
    await local('clock', { method: 'POST', body: JSON.stringify({ advanceMs: 61_000 }) })
    expect(await client.createReceiver('q').peekMessages(1)).toEqual([])
    const fault = { operation: 'send', target: 'q', action: 'unavailable', count: 1 }
    await local('faults', { method: 'POST', body: JSON.stringify(fault) })
    await expect(sender.sendMessages({ body: 2 })).rejects.toMatchObject({ code: 'ServiceBusy' })
    await sender.sendMessages({ body: 3 })
    await client.close()
  })

  test('ends with one clear line when its port is taken', async () => {
    const server = createServer()
    const port = await listen(server, { host: '127.0.0.1', port: 0 })
    const { code, stderr } = await run('--port', String(port), '--config', good()).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^service-bus: port ${port} is taken\\..*\\n$`))
    server.close()
  })

  test.each([
    ['is not there', ['--config', '/nowhere/config.json'], 'cannot read /nowhere/config.json'],
    ['has an unknown option', ['--colour', 'red'], "Unknown option '--colour'"],
    ['names no port', ['--port', 'http', '--config', 'x'], '--port: '],
    ['is of a tier that there is not', ['--tier', 'basic'], '--tier: expects standard or premium'],
    ['has nothing to serve', [], 'there is nothing to serve'],
    [
      'has half of TLS',
      ['--config', 'GOOD', '--tls-cert', 'cert.pem'],
      '--tls-cert and --tls-key belong together',
    ],
    ['names an issuer without a key', ['--config', 'GOOD', '--jwt-issuer', 'me'], 'need --jwt-key FILE'],
  ])('ends with one clear line when a file or option %s', async (_what, args, text) => {
    const { code, stderr } = await run(...args.map((arg) => (arg === 'GOOD' ? good() : arg))).ended
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toContain(text)
    expect(stderr.startsWith('service-bus: ')).toBe(true)
  })

  test('names the key of the file that is wrong', async () => {
    const file = config(
      'bad.json',
      emulatorFile({ Queues: [{ Name: 'q', Properties: { LockDuration: 'a minute' } }] }),
    )
    const { code, stderr } = await run('--port', '0', '--config', file).ended
    expect(code).toBe(1)
    expect(stderr).toContain('UserConfig.Namespaces[0].Queues[0].Properties.LockDuration')
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('refuses a data directory that another broker holds', async () => {
    const data = path('held')
    await run('--port', '0', '--config', good(), '--data', data).ready
    const { code, stderr } = await run('--port', '0', '--config', good(), '--data', data).ended
    expect(code).toBe(1)
    expect(stderr).toContain(data)
  })
})
