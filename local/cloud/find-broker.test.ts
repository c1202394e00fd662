import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeEndpoints } from './endpoints.ts'
import { findBroker } from './find-broker.ts'

const local =
  'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;'

const createFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('the management endpoint of a local broker is what its cloud wrote down', () => {
  const data = createFolder()
  const addresses = { gateway: 'http://127.0.0.1:7071', webPubSub: 'w', storage: 's' }
  writeEndpoints(data, { ...addresses, serviceBus: local, serviceBusManagement: 'http://127.0.0.1:5673' })
  expect(findBroker({ connectionString: local }, data)).toEqual({
    connectionString: local,
    managementUrl: 'http://127.0.0.1:5673',
  })
  expect(() => findBroker({ connectionString: local.replace('5672', '6000') }, data)).toThrow(
    '--service-bus-management',
  )
})

test('a management endpoint that is given is taken, and a namespace on Azure needs none', () => {
  const data = createFolder()
  const given = { connectionString: local, managementUrl: 'http://127.0.0.1:9' }
  expect(findBroker(given, data)).toEqual(given)
  const azure = {
    connectionString: 'Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k',
  }
  expect(findBroker(azure, data)).toEqual({ ...azure, managementUrl: undefined })
})
