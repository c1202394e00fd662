import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { isTransient } from '../../../shared/kernel/retry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

test.each(['a read', 'a transaction'])('%s that is never answered ends as an outage', async (kind) => {
  const table = connectTable({ connectionString: storage.connectionString }, 'timeouts', { attemptMs: 100 })
  await table.put({ partitionKey: 'p', rowKey: 'r' })
  storage.faults.add({ operation: 'table', action: 'hold' })
  const asked =
    kind === 'a read'
      ? table.get('p', 'r')
      : table.transact([['create', { partitionKey: 'p', rowKey: 'other' }]])
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  storage.faults.remove()
  expect(isTransient(error)).toBe(true)
})
