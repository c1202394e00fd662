import { join } from 'node:path'
import type { Endpoints } from './endpoints.ts'

/** Where the examples look for the addresses by themselves (`examples/read-endpoints.ts`). */
const EXPECTED = '.local/endpoints.json'

/** The addresses as a table, and three lines to try. */
export const printAddresses = (endpoints: Endpoints, data: string): string => {
  const file = join(data, 'endpoints.json')
  const setting = file === EXPECTED ? '' : `GATEWAY_ENDPOINTS=${file} `
  const { gateway, serviceBus, serviceBusManagement, webPubSub, storage } = endpoints
  const rows = [
    ['Gateway', gateway],
    ['Service Bus', serviceBus],
    ...(serviceBusManagement === undefined ? [] : [['Management', serviceBusManagement]]),
    ['Web PubSub', webPubSub],
    ['Storage', storage],
  ]
  return [
    '',
    ...rows.map(([name = '', address]) => `  ${name.padEnd(12)} ${address}`),
    '',
    `  These addresses are in ${file}. Try, in another terminal:`,
    '',
    `    curl -N ${gateway}/stream/poem-1`,
    `    ${setting}npm run publish-events -- --task poem-1`,
    `    open ${gateway}/examples/watch-sse.html?task=poem-1`,
    '',
  ].join('\n')
}
