import { findPort } from './find-port.ts'

/** Where everything listens; 0 is a free port. */
export type CloudPorts = {
  gateway: number
  serviceBus: number
  serviceBusManagement: number
  webPubSub: number
  blob: number
  table: number
}

/** The ports that each tool has by habit: `func start`, AMQP, `awps-tunnel`, Azurite. */
export const defaultPorts: CloudPorts = {
  gateway: 7071,
  serviceBus: 5672,
  serviceBusManagement: 5673,
  webPubSub: 7290,
  blob: 10_000,
  table: 10_002,
}

/** Six ports in a row, the gateway first; with base 0 every port is a free one. */
export const portsFrom = (base: number): CloudPorts => {
  const at = (offset: number): number => (base === 0 ? 0 : base + offset)
  return {
    gateway: at(0),
    serviceBus: at(1),
    serviceBusManagement: at(2),
    webPubSub: at(3),
    blob: at(4),
    table: at(5),
  }
}

/**
 * Finds out before anything is started whether all wanted ports can be had.
 * @throws UsageError for the first that is taken.
 */
export const checkPorts = async (ports: Partial<CloudPorts>, host: string): Promise<void> => {
  for (const [name, port] of Object.entries(ports)) if (port !== 0) await findPort(name, host, port)
}
