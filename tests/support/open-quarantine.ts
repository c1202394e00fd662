import { connectFolder } from '../../shared/azure/blobs/connect-folder.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createQuarantineStore } from '../../shared/azure/tables/quarantine-store.ts'
import type { QuarantineStore } from '../../shared/events/quarantine-store.ts'
import type { ReceivedMessage } from '../../shared/events/read-message.ts'

/** The real store over a storage connection string (Azurite). `suffix` gives a test a table of its own. */
export const openQuarantine = (connectionString: string, suffix = ''): QuarantineStore =>
  createQuarantineStore({
    table: connectTable({ connectionString }, `quarantine${suffix}`),
    blobs: connectFolder({ connectionString }, `quarantine${suffix}`),
  })

/** A message as a trigger hands it over. */
export const receivedMessage = (
  body: string | Uint8Array,
  members: Partial<ReceivedMessage> = {},
): ReceivedMessage => ({
  entity: 'agent-events/Subscriptions/gateway',
  body: Buffer.from(body),
  applicationProperties: {},
  sequenceNumber: '1',
  enqueuedAt: '2026-11-20T10:00:00.000Z',
  deliveryCount: 1,
  ...members,
})
