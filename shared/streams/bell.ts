import type { Bell } from '../contract/bell.ts'

/** What a listener is told: a bell of its stream, or that bells may have been missed (the link was down). */
export type BellListener = { onBell(bell: Bell): void; onGap(): void }

/**
 * The announcer of appends. Losing a bell is allowed: whoever waits also looks at the state slowly.
 */
export type StreamBell = {
  /** Announces without waiting for an answer; never throws. */
  ring(bell: Bell): Promise<void>
  /**
   * Listens to one stream. Resolves once bells are certain to arrive, or once it is certain that the service is down
   * (bells then start when it is back, after `onGap`). Answers the function that ends it.
   */
  listen(stream: string, listener: BellListener): Promise<() => void>
}

/** The bell of a deployment without one: streams go on by polling, as while the service is down. */
export const silentBell: StreamBell = {
  ring: async () => undefined,
  listen: async () => () => undefined,
}
