// An agent that streams a poem token by token and ends with a final payload. It knows nothing of the gateway: it
// publishes to Service Bus with the plain SDK.
//
//   npm run publish-events -- --task poem-1 [--delay 200] [--broken]
//
// --broken sends one event without agent_id among the good ones, to see what the gateway does with it.
import { parseArgs } from 'node:util'
import { ServiceBusClient } from '@azure/service-bus'
import { poem } from './poem.ts'
import { readEndpoints } from './read-endpoints.ts'

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: `poem-${Date.now()}` },
    delay: { type: 'string', default: '100' },
    broken: { type: 'boolean', default: false },
  },
})

const connectionString = process.env.AZURE_SERVICE_BUS_CONNECTION_STRING ?? readEndpoints().serviceBus
const client = new ServiceBusClient(connectionString)
const sender = client.createSender(process.env.AZURE_SERVICE_BUS_TOPIC_NAME ?? 'agent-events')

let eventIndex = 0

/** One event of the task. The session id is the task id: that is what keeps the events of a task in order. */
const publish = async (eventType: string, payload: object): Promise<void> => {
  const event = {
    task_id: values.task,
    agent_id: 'poet',
    agent_name: 'The Poet',
    event_index: eventIndex++,
    timestamp: new Date().toISOString(),
    event_type: eventType,
    payload,
  }
  await sender.sendMessages({ body: event, sessionId: values.task, contentType: 'application/json' })
}

const publishBroken = (): Promise<void> =>
  sender.sendMessages({
    body: { task_id: values.task, agent_name: 'The Poet', event_index: 1_000, event_type: 'note' },
    sessionId: values.task,
    contentType: 'application/json',
  })

for (const token of poem.split(/(?<=\s)/)) {
  await publish('chunk_stream', { text: token })
  await new Promise((resolve) => setTimeout(resolve, Number(values.delay)))
}
if (values.broken) await publishBroken()
await publish('final_payload', { text: poem, tokens: eventIndex })
console.log(
  `Published ${eventIndex} events of task ${values.task}${values.broken ? ' and a broken one' : ''}.`,
)
await client.close()
