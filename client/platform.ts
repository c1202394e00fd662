/** What this library uses of a WebSocket; those of browsers, of Node and of the package `ws` have it. */
export type Socket = {
  send(data: string): void
  close(code?: number, reason?: string): void
  onopen: unknown
  onmessage: unknown
  onclose: unknown
  onerror: unknown
}

export type SocketConstructor = new (url: string, protocols?: string[]) => Socket

/** What the library takes from its surroundings. */
export type Platform = {
  WebSocket: SocketConstructor
  fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  /** 0 ≤ … < 1 */
  random(): number
  uuid(): string
  /** Resolves after a time, or as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

const sleep: Platform['sleep'] = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })

/** Node has had a WebSocket of its own since version 22. */
const noSocket: SocketConstructor = class {
  constructor() {
    throw new Error('There is no WebSocket here. Give one to connect, as the class of the package "ws".')
  }
} as unknown as SocketConstructor

/** The surroundings as they are, but for what is given. */
export const createPlatform = (given: {
  WebSocket?: SocketConstructor | undefined
  fetch?: typeof fetch | undefined
}): Platform => ({
  WebSocket: given.WebSocket ?? globalThis.WebSocket ?? noSocket,
  // A browser's fetch wants to be called as a function of its window.
  fetch: given.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  now: Date.now,
  random: Math.random,
  uuid: () => crypto.randomUUID(),
  sleep,
})
