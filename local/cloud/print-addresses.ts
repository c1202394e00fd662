import type { Endpoints } from './endpoints.ts'

/** The addresses as a table, and three lines to try. */
export const printAddresses = (endpoints: Endpoints, data: string): string => {
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
    `  These addresses are in ${data}/endpoints.json. Try, in another terminal:`,
    '',
    '    npx node examples/publish-events.ts poem',
    `    curl -N ${gateway}/stream/poem`,
    `    open ${gateway}/examples/watch-sse.html?task=poem`,
    '',
  ].join('\n')
}
