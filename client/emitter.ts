/** Takes part of what an {@link Emitter} tells. */
export type Listen<Events> = <Name extends keyof Events>(
  name: Name,
  listener: (event: Events[Name]) => void,
) => () => void

export type Emitter<Events> = {
  /** Calls the listener at each event of a name, until the function that it returns is called. */
  on: Listen<Events>
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void
}

export const createEmitter = <Events>(): Emitter<Events> => {
  const listeners: { [Name in keyof Events]?: Set<(event: Events[Name]) => void> } = {}
  return {
    on: (name, listener) => {
      const all = (listeners[name] ??= new Set())
      // The same function may be given twice.
      const once: typeof listener = (event) => listener(event)
      all.add(once)
      return () => void all.delete(once)
    },
    emit: (name, event) => {
      for (const listener of Array.from(listeners[name] ?? [])) {
        try {
          listener(event)
        } catch (error) {
          // The others hear the event too; what was thrown is reported as any other error that nobody caught.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
