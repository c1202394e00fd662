import { ServiceBusClient } from '@azure/service-bus'
import { expect, test } from 'vitest'
import { RECEIVERS_PER_CONNECTION } from '../limits.ts'
import { createClients } from './clients.ts'

const open = (): ServiceBusClient =>
  new ServiceBusClient('Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k')

test('receivers share a client until it is full, and take the places of those that were closed', async () => {
  const clients = createClients(open)
  const leases = Array.from({ length: RECEIVERS_PER_CONNECTION }, clients.take)
  const [first] = leases
  expect(new Set(leases.map(({ client }) => client)).size).toBe(1)
  const second = clients.take()
  expect(second.client).not.toBe(first?.client)
  first?.giveBack()
  expect(clients.take().client).toBe(first?.client)
  expect(clients.take().client).toBe(second.client)
  await clients.close()
})
