import type { Server } from 'node:net'

/** Starts a server and answers the port it got (port 0 asks for a free one). Rejects with the `listen` error. */
export const listen = (server: Server, options: { host: string; port: number }): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : options.port)
    })
  })
