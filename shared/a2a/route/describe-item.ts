import type { AgentItem } from '../agent-call.ts'
import { describeEvent, type EventFacts } from '../dialect/describe-event.ts'

/** What an item says of the task; a result says nothing that the log needs. */
export const describeItem = ({ kind, said }: AgentItem): Partial<EventFacts> =>
  kind === 'event' ? describeEvent(said.text) : { ends: 'terminal' }
