import { ClientError } from '../client-error.ts'
import type { Platform } from '../platform.ts'

/** How a connection ended. */
export type LinkEnd = { code: number; reason: string }

/** One open WebSocket. */
export type Link = {
  /** @throws ClientError `connection_lost` when it has ended */
  send(text: string): void
  /** Ends it at once, whether the other side answers or not. */
  end(end: LinkEnd): void
}

const OPEN_MS = 15_000
const NORMAL_CLOSURE = 1000

const textOf = (event: unknown): string | undefined => {
  const data: unknown =
    typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined
  return typeof data === 'string' ? data : undefined
}

const endOf = (event: unknown): LinkEnd => {
  const { code, reason } = event as { code?: unknown; reason?: unknown }
  return {
    code: typeof code === 'number' ? code : 1006,
    reason: typeof reason === 'string' ? reason : '',
  }
}

/**
 * Opens a WebSocket.
 * @throws ClientError `connection_lost` when it does not open within 15 s
 */
export const openLink = (options: {
  url: string
  protocol: string
  platform: Pick<Platform, 'WebSocket' | 'sleep'>
  onText: (text: string) => void
  /** Called once, and only after it was open. */
  onEnd: (end: LinkEnd) => void
}): Promise<Link> => {
  const { url, protocol, platform, onText, onEnd } = options
  return new Promise((resolve, reject) => {
    const socket = new platform.WebSocket(url, [protocol])
    const opening = new AbortController()
    let state: 'opening' | 'open' | 'ended' = 'opening'

    const end = (how: LinkEnd): void => {
      const before = state
      state = 'ended'
      opening.abort()
      if (before === 'open') onEnd(how)
      if (before !== 'opening') return
      const details = { ...how }
      reject(new ClientError('connection_lost', `No WebSocket opens at ${new URL(url).origin}.`, { details }))
    }
    const cut = (how: LinkEnd): void => {
      if (state === 'ended') return
      end(how)
      socket.close(NORMAL_CLOSURE)
    }
    const send = (text: string): void => {
      if (state !== 'open') throw new ClientError('connection_lost', 'The connection has ended.')
      socket.send(text)
    }

    socket.onopen = (): void => {
      if (state !== 'opening') return
      state = 'open'
      opening.abort()
      resolve({ send, end: cut })
    }
    socket.onmessage = (event: unknown): void => {
      const text = textOf(event)
      if (state === 'open' && text !== undefined) onText(text)
    }
    // What went wrong is told by the close event that follows.
    socket.onerror = (): void => undefined
    socket.onclose = (event: unknown): void => end(endOf(event))
    void platform.sleep(OPEN_MS, opening.signal).then(() => {
      if (state === 'opening') cut({ code: 1006, reason: 'It did not open in time.' })
    })
  })
}
