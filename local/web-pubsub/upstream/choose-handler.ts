import type { EventHandler } from '../config.ts'

export const SystemEvents = ['connect', 'connected', 'disconnected'] as const
export type SystemEvent = (typeof SystemEvents)[number]

/** An event of a client: of the service itself, or one that the client named. */
export type EventName = { kind: 'sys'; name: SystemEvent } | { kind: 'user'; name: string }

const handles = ({ systemEvents, userEventPattern }: EventHandler, event: EventName): boolean => {
  if (event.kind === 'sys') return systemEvents.includes(event.name)
  if (userEventPattern === '*') return true
  return userEventPattern.split(',').some((name) => name.trim().toLowerCase() === event.name.toLowerCase())
}

/** The handler of an event: the first in the list that wants it. */
export const chooseHandler = (
  handlers: readonly EventHandler[],
  event: EventName,
): EventHandler | undefined => handlers.find((handler) => handles(handler, event))

/** The URL for one event of one hub. */
export const handlerUrl = (urlTemplate: string, { hub, event }: { hub: string; event: string }): string =>
  urlTemplate.replaceAll('{hub}', encodeURIComponent(hub)).replaceAll('{event}', encodeURIComponent(event))
