import { ProcessGoneError, type AppProcess, type LoadedApp } from './app-process.ts'

export type RunningApp = { process: AppProcess; app: LoadedApp }

/** Where work waits for an app that runs. */
export type AwaitedApp = {
  readonly current: RunningApp | undefined
  /** The app that runs now or next; rejects when none will ever come. */
  next(): Promise<RunningApp>
  arrive(app: RunningApp): void
  leave(): void
  end(reason: string): void
}

export const awaitApp = (): AwaitedApp => {
  const open = (): PromiseWithResolvers<RunningApp> => {
    const door = Promise.withResolvers<RunningApp>()
    door.promise.catch(() => undefined)
    return door
  }
  let current: RunningApp | undefined
  let ended = false
  let door = open()
  return {
    get current() {
      return current
    },
    next: () => door.promise,
    arrive: (app) => {
      current = app
      door.resolve(app)
    },
    leave: () => {
      if (current !== undefined && !ended) door = open()
      current = undefined
    },
    end: (reason) => {
      ended = true
      if (current !== undefined) door = open()
      door.reject(new ProcessGoneError(reason))
    },
  }
}
