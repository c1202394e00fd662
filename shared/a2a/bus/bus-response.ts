import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'

/** Something that is said to the deployment that asked: the envelope, its payload, and the agent's own words. */
export type BusResponse = { envelope: MessageEnvelope; payload: string; original?: string }
