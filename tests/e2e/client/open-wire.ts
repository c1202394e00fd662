import { WebSocket } from 'ws'
import type { SocketConstructor } from '../../../client/platform.ts'

/** The wires of one client. */
export type Wire = {
  /** What the client is given as its WebSocket. */
  WebSocket: SocketConstructor
  /** How many connections were made. */
  made(): number
  /** Cuts the connections that are open, without a word. */
  cut(): void
}

export const openWire = (): Wire => {
  const sockets: WebSocket[] = []
  class WireSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols)
      sockets.push(this)
    }
  }
  return {
    WebSocket: WireSocket,
    made: () => sockets.length,
    cut: () => {
      for (const socket of sockets) socket.terminate()
    },
  }
}
