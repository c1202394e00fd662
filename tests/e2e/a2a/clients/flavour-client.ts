import type { FilePart } from '../../../fixtures/a2a/act.ts'
import type { Heard } from './heard.ts'

/** A message to an agent. */
export type Ask = {
  text: string
  messageId?: string
  /** Goes on with a task. */
  taskId?: string
  contextId?: string
  file?: FilePart
}

export type PushConfig = { id: string; url: string; token?: string; credentials?: string }

/** What an unmodified official client can do; what a flavour does not have is absent. Everything throws the client's own errors. */
export type FlavourClient = {
  send(ask: Ask): Promise<Heard>
  /** Does not wait for the end of the task. */
  sendReturnImmediately(ask: Ask): Promise<Heard>
  stream(ask: Ask): AsyncGenerator<Heard, void, undefined>
  get(taskId: string, historyLength?: number): Promise<Heard>
  list?(contextId: string): Promise<Heard[]>
  cancel(taskId: string): Promise<Heard>
  resubscribe(taskId: string): AsyncGenerator<Heard, void, undefined>
  setPush(taskId: string, config: PushConfig): Promise<PushConfig>
  getPush(taskId: string, id: string): Promise<PushConfig>
  listPush?(taskId: string): Promise<PushConfig[]>
  deletePush?(taskId: string, id: string): Promise<void>
  /** The description on the card for those who are known. */
  extendedCard?(): Promise<string>
}

/** Opens a client at a base URL that ends in "/"; it finds everything else in the card. */
export type OpenClient = (
  baseUrl: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<FlavourClient>

/** The fetch of a client whose every request carries further headers. */
export const fetchWith =
  (headers: Readonly<Record<string, string>>): typeof fetch =>
  (input, init) => {
    const all = new Headers(init?.headers)
    for (const [name, value] of Object.entries(headers)) all.set(name, value)
    return fetch(input, { ...init, headers: all })
  }
