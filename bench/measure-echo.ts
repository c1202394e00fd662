import { setTimeout as delay } from 'node:timers/promises'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { WebSocket } from 'ws'
import type { BenchCloud } from './bench-cloud.ts'
import { keepRate } from './keep-rate.ts'

const open = async (service: WebPubSubServiceClient, group: string): Promise<WebSocket> => {
  const { url } = await service.getClientAccessToken({ groups: [group], roles: ['webpubsub.sendToGroup'] })
  const socket = new WebSocket(url, 'json.webpubsub.azure.v1', { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.once('message', () => resolve(socket))
    socket.once('error', reject)
  })
}

/**
 * What the local Web PubSub alone takes from one client to another, at a rate: what a frame passes twice on its way
 * through the gateway. @returns milliseconds of each message
 */
export const measureEcho = async (
  cloud: BenchCloud,
  { clients, perSecond, seconds }: { clients: number; perSecond: number; seconds: number },
): Promise<number[]> => {
  const service = new WebPubSubServiceClient(cloud.endpoints.webPubSub, 'gateway', {
    allowInsecureConnection: true,
  })
  const sockets: WebSocket[] = []
  for (let index = 0; index < clients; index++) sockets.push(await open(service, `echo-${index}`))
  const sentAt: number[] = []
  const took: number[] = []
  for (const socket of sockets) {
    socket.on('message', (data) => {
      const [, index = ''] = /"data":"(\d+) /.exec(String(data)) ?? []
      took.push(performance.now() - (sentAt[Number(index)] ?? 0))
    })
  }
  const filling = 'x'.repeat(800)
  const total = await keepRate({ perSecond, seconds }, (index) => {
    const to = (index * 7 + 1) % clients
    const frame = { type: 'sendToGroup', group: `echo-${to}`, dataType: 'text', data: `${index} ${filling}` }
    sentAt[index] = performance.now()
    sockets[index % clients]?.send(JSON.stringify(frame))
  })
  while (took.length < total) await delay(10)
  for (const socket of sockets) socket.terminate()
  return took
}
