import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeEndpoints } from './endpoints.ts'
import { joinBroker } from './join-broker.ts'

const createFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const others = { gateway: 'http://127.0.0.1:7071', webPubSub: 'w', storage: 's' }

test('the broker of a deployment is the one that its endpoints.json names', () => {
  const data = createFolder()
  const serviceBus = 'Endpoint=sb://127.0.0.1:5672;UseDevelopmentEmulator=true;'
  writeEndpoints(data, { ...others, serviceBus, serviceBusManagement: 'http://127.0.0.1:5673' })
  expect(joinBroker(data)).toEqual({
    connectionString: serviceBus,
    managementUrl: 'http://127.0.0.1:5673',
  })
})

test('a namespace on Azure, which one deployment uses, can be joined too', () => {
  const data = createFolder()
  const serviceBus = 'Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k'
  writeEndpoints(data, { ...others, serviceBus })
  expect(joinBroker(data)).toEqual({ connectionString: serviceBus, managementUrl: undefined })
})

test('a folder with which no gateway has run is said to be one', () => {
  const data = createFolder()
  expect(() => joinBroker(data)).toThrow(`--join: ${data} has no endpoints.json.`)
})
