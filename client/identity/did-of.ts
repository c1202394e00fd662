import { type AgentKey, openKey } from './open-key.ts'

/** The DID of a key (`did:key`): the id of the agent that connects with it. @throws ClientError `invalid_key` */
export const didOf = async (key: AgentKey): Promise<string> => (await openKey(key)).did
