import { join } from 'node:path'
import type { Endpoints } from './endpoints.ts'
import type { CloudOptions } from './options.ts'

/** Where the examples look for the addresses by themselves (`examples/read-endpoints.ts`). */
const EXPECTED = '.local/endpoints.json'

/** Three lines to try; a follower stores no agent events, so there is nothing to watch at it. */
const tries = (gateway: string, file: string): string[] => {
  const setting = file === EXPECTED ? '' : `GATEWAY_ENDPOINTS=${file} `
  return [
    `  These addresses are in ${file}. Try, in another terminal:`,
    '',
    `    curl -N ${gateway}/stream/poem-1`,
    `    ${setting}npm run publish-events -- --task poem-1`,
    `    open ${gateway}/examples/watch-sse.html?task=poem-1`,
  ]
}

/** The addresses as a table, and what to try. */
export const printAddresses = (
  endpoints: Endpoints,
  { data, role }: Pick<CloudOptions, 'data' | 'role'>,
): string => {
  const file = join(data, 'endpoints.json')
  const { gateway, serviceBus, serviceBusManagement, webPubSub, storage } = endpoints
  const rows = [
    ['Gateway', gateway],
    ['Agents', `${gateway.replace(/^http/, 'ws')}/ws`],
    ['Service Bus', serviceBus],
    ...(serviceBusManagement === undefined ? [] : [['Management', serviceBusManagement]]),
    ['Web PubSub', webPubSub],
    ['Storage', storage],
  ]
  return [
    '',
    ...rows.map(([name = '', address]) => `  ${name.padEnd(12)} ${address}`),
    '',
    ...(role === 'follower'
      ? [`  These addresses are in ${file}. Agent events are stored by the coordinator.`]
      : tries(gateway, file)),
    '',
  ].join('\n')
}
