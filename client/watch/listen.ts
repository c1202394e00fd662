import * as z from 'zod'
import { Bell } from '../../shared/contract/bell.ts'
import { type HttpOptions, requestJson } from '../http/request-json.ts'
import type { Platform } from '../platform.ts'
import { backoffMs } from '../session/backoff.ts'
import { openLink } from '../session/open-link.ts'

/** The sub-protocol without acknowledgements: what is missed is read. */
const PROTOCOL = 'json.webpubsub.azure.v1'

/** What is kept for a reader that is slow; of more it is only told that there was more. */
const MAX_BELLS = 100

const Negotiation = z.object({ url: z.string() })
const Connected = z.object({ type: z.literal('system'), event: z.literal('connected') })
const Rung = z.object({ type: z.literal('message'), data: Bell })

export type Ear = {
  /** Whether bells are heard now. */
  isOpen(): boolean
  /** The oldest bell, `missed` where some may not have been heard since the last one, undefined when there is none. */
  next(): Bell | 'missed' | undefined
  /** Resolves when there is one, or after a time. */
  wait(ms: number): Promise<void>
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Hears the bells of a task until the signal is aborted; comes back whenever the connection is lost. */
export const listen = (options: {
  taskId: string
  http: HttpOptions
  platform: Platform
  signal: AbortSignal
}): Ear => {
  const { taskId, http, platform, signal } = options
  let bells: Array<Bell | 'missed'> = []
  let isOpen = false
  let heard = new AbortController()

  const tell = (bell: Bell | 'missed'): void => {
    // Where something was missed, or is too much, all that is stored is read.
    bells = bell === 'missed' || bells.length >= MAX_BELLS ? ['missed'] : [...bells, bell]
    heard.abort()
  }

  const take = (text: string): void => {
    const message = parse(text)
    const rung = Rung.safeParse(message)
    if (rung.success) return tell(rung.data.data)
    if (!Connected.safeParse(message).success) return
    isOpen = true
    tell('missed')
  }

  /** Resolves when the connection has ended. */
  const listenOnce = async (): Promise<void> => {
    const path = `/stream/${encodeURIComponent(taskId)}/negotiate`
    const { url } = await requestJson(http, Negotiation, { path, signal })
    const over = new AbortController()
    const link = await openLink({
      url,
      protocol: PROTOCOL,
      platform,
      onText: take,
      onEnd: () => over.abort(),
    })
    const leave = (): void => link.end({ code: 1000, reason: '' })
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    await platform.sleep(2 ** 31 - 1, over.signal)
    signal.removeEventListener('abort', leave)
  }

  const run = async (): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      await listenOnce().catch(() => undefined)
      if (isOpen) attempt = 0
      isOpen = false
      await platform.sleep(backoffMs(attempt, platform.random), signal)
    }
  }

  void run()
  return {
    isOpen: () => isOpen,
    next: () => bells.shift(),
    wait: async (ms) => {
      if (bells.length > 0 || signal.aborted) return
      heard = new AbortController()
      await platform.sleep(ms, AbortSignal.any([heard.signal, signal]))
    },
  }
}
