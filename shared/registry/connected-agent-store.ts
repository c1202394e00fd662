import type { ConnectedAgent } from './connected-agents.ts'

/** A connected agent as it is stored, and the version that a change of it has to name. */
export type StoredConnectedAgent = {
  agent: ConnectedAgent
  /** The registration that it replaced, without its card. */
  before?: ConnectedAgent
  version: string
}

type Content = Omit<StoredConnectedAgent, 'version'>

/** Keeps connected agents by DID. Every change is conditional: false or undefined means that somebody else was faster. */
export type ConnectedAgentStore = {
  read(did: string): Promise<StoredConnectedAgent | undefined>
  insert(content: Content): Promise<boolean>
  replace(content: Content, version: string): Promise<boolean>
  remove(did: string, version: string): Promise<boolean>
  /** Writes the time of the last activity alone. @returns the new version. */
  touch(did: string, lastActivity: string, version: string): Promise<string | undefined>
  /** All of them, in order of their keys. */
  pages(): AsyncGenerator<ConnectedAgent[], void, undefined>
  count(): Promise<number>
}

/** A value that changes whenever an agent comes or goes, so that what is remembered of them can be checked at once. */
export type PresenceVersion = {
  read(): Promise<string | undefined>
  change(): Promise<void>
}
