import WebSocket from 'ws'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import type { BenchCloud } from './bench-cloud.ts'
import type { Figure } from './figure.ts'
import { rssMib } from './rss-mib.ts'
import { round } from './statistics.ts'

const SOCKETS = 10_000
const AT_ONCE = 200

const open = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'json.webpubsub.azure.v1', { perMessageDeflate: false })
    socket.once('message', () => resolve(socket))
    socket.once('error', reject)
  })

/** (e) 10,000 idle WebSockets on the local service, each in a group of its own. Linux: reads /proc. */
export const measureSockets = async (cloud: BenchCloud): Promise<Figure[]> => {
  const service = new WebPubSubServiceClient(cloud.endpoints.webPubSub, 'gateway', {
    allowInsecureConnection: true,
  })
  const before = rssMib(cloud.webPubSub.pid())
  const sockets: WebSocket[] = []
  for (let first = 0; first < SOCKETS; first += AT_ONCE) {
    const urls = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, at) => {
        const { url } = await service.getClientAccessToken({ groups: [`task.idle-${first + at}`] })
        return url
      }),
    )
    sockets.push(...(await Promise.all(urls.map(open))))
  }
  const after = rssMib(cloud.webPubSub.pid())
  for (const socket of sockets) socket.terminate()
  return [
    { name: '(e) Web PubSub RSS before', value: round(before, 0), unit: 'MiB' },
    {
      name: '(e) RSS with 10,000 idle WebSockets',
      value: round(after, 0),
      unit: 'MiB',
      bound: { atMost: 250 },
    },
  ]
}
