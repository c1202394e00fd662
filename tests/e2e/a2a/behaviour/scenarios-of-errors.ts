import { randomUUID } from 'node:crypto'
import type { FlavourClient } from '../clients/flavour-client.ts'
import type { Scenario } from './scenarios.ts'
import { taskIdOf } from './scenarios.ts'
import { outcomeOf } from './reason-of.ts'
import { sketch, sketchAll } from './sketch.ts'

const completed = async (client: FlavourClient): Promise<string> =>
  taskIdOf(await client.send({ text: 'hello' }))

/** What is refused. */
export const scenariosOfErrors: Readonly<Record<string, Scenario>> = {
  'get: an unknown task': (client) => outcomeOf(client.get(randomUUID())),
  'cancel: an unknown task': (client) => outcomeOf(client.cancel(randomUUID())),
  'resubscribe: an unknown task': (client) => outcomeOf(sketchAll(client.resubscribe(randomUUID()))),
  'cancel: a task that has ended': async (client) => outcomeOf(client.cancel(await completed(client))),
  'resubscribe: a task that has ended': async (client) =>
    outcomeOf(sketchAll(client.resubscribe(await completed(client)))),
  'send: to a task that has ended': async (client) =>
    outcomeOf(client.send({ text: 'more', taskId: await completed(client) }).then(sketch)),
  'send: to an unknown task': (client) =>
    outcomeOf(client.send({ text: 'more', taskId: randomUUID() }).then(sketch)),
  'stream: to an unknown task': (client) =>
    outcomeOf(sketchAll(client.stream({ text: 'more', taskId: randomUUID() }))),
  'push: of an unknown task': (client) =>
    outcomeOf(client.setPush(randomUUID(), { id: 'one', url: 'http://127.0.0.1:9/hook' })),
}
