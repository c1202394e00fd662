import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { entitiesOf } from '../../../local/cloud/entities-of.ts'
import { findPort } from '../../../local/cloud/find-port.ts'
import { defaultPorts } from '../../../local/cloud/ports.ts'
import { hubSettings } from '../../../local/cloud/hub-settings.ts'
import { ReadyLine } from '../../../local/cloud/spawn-service.ts'
import { fromTopology } from '../../../local/service-bus/config/from-topology.ts'
import { readSample, SAMPLE } from '../../infra/settings/read-sample.ts'
import { readGuide } from '../guides/read-guide.ts'
import { startProgram } from '../support/start-program.ts'

const Package = z.object({ scripts: z.record(z.string(), z.string()) })
const { scripts } = Package.parse(JSON.parse(readFileSync(join(SAMPLE, '../package.json'), 'utf8')))

/** Free ports instead of those that everybody has by habit. */
const freePorts: Record<string, readonly string[]> = {
  storage: ['--table-port', '0', '--blob-port', '0'],
  'service-bus': ['--port', '0', '--management-port', '0'],
  'web-pubsub': ['--port', '0'],
}

/** The options that the guide gives a service, with another folder of data. */
const optionsInGuide = (service: string, data: string): string[] => {
  const start = `npm run ${service} -- `
  const line = readGuide('func-start')
    .blocks('sh')
    .flatMap((block) => block.split('\n'))
    .find((each) => each.startsWith(start))
  const words = line?.slice(start.length).replaceAll('.local', data).split(' ') ?? []
  const at = words.indexOf('--management-port')
  return at < 0 ? words : words.toSpliced(at, 2)
}

/** Starts a service as the guide says. @returns its connection string */
const startService = async (service: string, data: string): Promise<string> => {
  const [, path = ''] = (scripts[service] ?? '').split(' ')
  const options = [...optionsInGuide(service, data), ...(freePorts[service] ?? [])]
  const [line = ''] = await startProgram(path, options, {}).printed(1)
  return ReadyLine.parse(JSON.parse(line)).connectionString ?? ''
}

test('the sample runs the app against the local services: with their connection strings the gateway is healthy', async () => {
  const data = mkdtempSync(join(tmpdir(), 'func-start-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }))
  const port = await findPort('gateway', '127.0.0.1', 0)
  const gateway = `http://127.0.0.1:${port}`
  writeFileSync(join(data, 'service-bus.json'), JSON.stringify(fromTopology(entitiesOf({ id: 'local' }))))
  writeFileSync(join(data, 'web-pubsub.json'), JSON.stringify(hubSettings(gateway)))

  const [storage = '', serviceBus = '', webPubSub = ''] = await Promise.all(
    ['storage', 'service-bus', 'web-pubsub'].map((service) => startService(service, data)),
  )
  const sample = readSample()
  const atPort = (text: string, usual: number): string => text.replace(/:\d+;/, `:${usual};`)
  expect(atPort(serviceBus, defaultPorts.serviceBus)).toBe(sample['AZURE_SERVICE_BUS_CONNECTION_STRING'])
  expect(atPort(webPubSub, defaultPorts.webPubSub)).toBe(sample['WEB_PUBSUB_CONNECTION_STRING'])

  const settings = join(data, 'local.settings.json')
  const Values = {
    ...sample,
    AzureWebJobsStorage: storage,
    AZURE_SERVICE_BUS_CONNECTION_STRING: serviceBus,
    WEB_PUBSUB_CONNECTION_STRING: webPubSub,
    PUBLIC_URL: gateway,
  }
  writeFileSync(settings, JSON.stringify({ IsEncrypted: false, Values }))
  const host = startProgram(
    'local/functions-host/main.ts',
    ['--app', 'dist/app', '--settings', settings, '--port', String(port), '--strict'],
    {},
  )
  await host.printed(1)

  const response = await fetch(`${gateway}/health`)
  expect(await response.json()).toMatchObject({
    status: 'healthy',
    connections: { asb: 'connected', storage: 'connected', web_pubsub: 'connected' },
  })
})
