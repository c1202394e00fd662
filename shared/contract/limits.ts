/** Characters of a task id: Service Bus session ids have at most 128 (Azure Service Bus quotas). */
export const MAX_TASK_ID_CHARACTERS = 128

/** Characters of agent_id and event_type: long enough for a DID or a URL, short enough for every key. */
export const MAX_NAME_CHARACTERS = 1024

/** Bytes of one event as JSON. Standard Service Bus carries 256 KB, Premium up to 100 MB; a viewer's browser less. */
export const MAX_EVENT_BYTES = 8 * 1024 * 1024

/** Bytes of events that one bell carries; a larger announcement says only how far the stream has come. */
export const MAX_BELL_BYTES = 32 * 1024

/** Events of one page, on every interface: an entity-group transaction and a page of a table take as many. */
export const MAX_PAGE_EVENTS = 100

/** Seconds that a call to /final may wait: below the 230 s at which Azure's front end gives up. */
export const MAX_WAIT_SECONDS = 200
