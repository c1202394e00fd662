import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import { hitFault } from '../hit-fault.ts'
import { BILLED_MESSAGE_BYTES } from '../limits.ts'
import type { Connection } from './connection.ts'
import type { OutboundMessage } from './outbound-message.ts'

export type Delivery = {
  message: OutboundMessage
  recipients: Iterable<Connection>
  /** What a fault can name: the group, else the user or connection, else the hub. */
  target: string
  hub: string
}

/** Hands a message out; at once, or, when a fault keeps it back, before the promise settles. */
export type Deliver = (delivery: Delivery) => Promise<void> | undefined

/** How many messages of 2 KB Azure bills for this many bytes; an empty message is one. */
export const billedMessages = (bytes: number): number => Math.max(1, Math.ceil(bytes / BILLED_MESSAGE_BYTES))

/** Gives messages to clients, counts them, and lets faults lose them or cut the connections that would get them. */
export const createDeliver = ({ faults, meter }: { faults: Faults; meter: Meter }): Deliver => {
  const fanOut = ({ message, recipients }: Delivery): void => {
    let sent = 0
    for (const connection of recipients) if (connection.deliver(message)) sent += 1
    if (sent > 0) meter.count('client.message', sent * billedMessages(message.bytes))
  }

  const withFaults = async (delivery: Delivery): Promise<void> => {
    const recipients = [...delivery.recipients]
    const hit = await hitFault(faults, 'deliver', [delivery.target, delivery.hub])
    if (hit === 'drop') return
    if (hit !== undefined) for (const connection of recipients) connection.cut()
    fanOut({ ...delivery, recipients })
  }

  return (delivery) => {
    if (!faults.idle) return withFaults(delivery)
    fanOut(delivery)
    return undefined
  }
}
