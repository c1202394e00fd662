import { randomUUID } from 'node:crypto'
import type { ObedientAgent } from '../../../fixtures/a2a/start-sdk-agent.ts'
import { until } from '../../support/until.ts'
import type { FlavourClient } from '../clients/flavour-client.ts'
import type { Heard } from '../clients/heard.ts'
import { outcomeOf } from './reason-of.ts'
import { sketch, sketchAll } from './sketch.ts'

/** Does something with an agent, directly or through the gateway; what it returns must not differ. */
export type Scenario = (client: FlavourClient, agent: ObedientAgent) => Promise<unknown>

/** The id of the task, by which agent and gateway know it too. */
export const taskIdOf = (heard: Heard): string => {
  if (heard.kind !== 'task') throw new Error(`No task but ${JSON.stringify(heard)}.`)
  return heard.id
}

const PNG = {
  base64: Buffer.from('not really a picture').toString('base64'),
  name: 'a.png',
  mimeType: 'image/png',
}

/** Reads until the next event, which must be there. */
export const next = async (events: AsyncGenerator<Heard, void, undefined>): Promise<Heard> => {
  const { value, done } = await events.next()
  if (done === true || value === undefined) throw new Error('The stream has ended.')
  return value
}

/** Starts a slow task by a stream and leaves it after its first artifact. */
const leaveSlowTask = async (client: FlavourClient, agent: ObedientAgent): Promise<string> => {
  const events = client.stream({ text: 'slow' })
  const taskId = taskIdOf(await next(events))
  agent.step(taskId)
  for (let event = await next(events); event.kind !== 'artifact'; event = await next(events));
  await events.return()
  return taskId
}

const sendHello = async (client: FlavourClient): Promise<string> =>
  taskIdOf(await client.send({ text: 'hello' }))

/** What every flavour can do. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'send: a task': async (client) => sketch(await client.send({ text: 'hello' })),
  'send: a message': async (client) => sketch(await client.send({ text: 'message-only' })),
  'send: a failing task': async (client) => sketch(await client.send({ text: 'fail' })),
  'send: a rejected task': async (client) => sketch(await client.send({ text: 'reject' })),
  'send: a file': async (client) => sketch(await client.send({ text: 'echo-file', file: PNG })),
  'send: one call': async (client, agent) => {
    const messageId = randomUUID()
    await client.send({ text: 'count', messageId })
    return agent.calls.of(messageId).length
  },
  'send: a task that needs input, and its answer': async (client) => {
    const asked = await client.send({ text: 'ask' })
    const contextId = asked.kind === 'task' ? asked.contextId : ''
    const answered = await client.send({ text: 'this one', taskId: taskIdOf(asked), contextId })
    return [sketch(asked), sketch(answered), taskIdOf(asked) === taskIdOf(answered)]
  },
  'send: return immediately': async (client, agent) => {
    const first = await client.sendReturnImmediately({ text: 'slow' })
    const taskId = taskIdOf(first)
    agent.release(taskId)
    const last = await until('the task is completed', async () => {
      const task = await client.get(taskId, 10)
      return task.kind === 'task' && task.state === 'completed' && task
    })
    return { runs: first.kind === 'task' && /submitted|working/.test(first.state), last: sketch(last) }
  },
  'stream: a task': (client) => sketchAll(client.stream({ text: 'hello' })),
  'stream: a message': (client) => sketchAll(client.stream({ text: 'message-only' })),
  'stream: a failing task': (client) => sketchAll(client.stream({ text: 'fail' })),
  'stream: a file': (client) => sketchAll(client.stream({ text: 'echo-file', file: PNG })),
  'stream: a task that needs input, and its answer': async (client) => {
    const asked: Heard[] = []
    for await (const event of client.stream({ text: 'ask' })) asked.push(event)
    const [task] = asked
    if (task?.kind !== 'task') throw new Error('The stream does not begin with a task.')
    const { id: taskId, contextId } = task
    return [asked.map(sketch), await sketchAll(client.stream({ text: 'this one', taskId, contextId }))]
  },
  'get: with history, without, with one': async (client) => {
    const taskId = await sendHello(client)
    const task = await client.get(taskId, 10)
    return [task, await client.get(taskId, 1)].map(sketch)
  },
  'list: the tasks of a context': async (client) => {
    const task = await client.send({ text: 'hello' })
    const contextId = task.kind === 'task' ? task.contextId : ''
    await client.send({ text: 'echo once more', contextId })
    if (client.list === undefined) return 'none'
    return outcomeOf(client.list(contextId).then((tasks) => tasks.map(sketch)))
  },
  'push: set, get, list, delete': async (client) => {
    const taskId = await sendHello(client)
    const set = await client.setPush(taskId, {
      id: 'one',
      url: 'http://127.0.0.1:9/one',
      token: 't',
      credentials: 'c',
    })
    const got = await client.getPush(taskId, 'one')
    const listed = await client.listPush?.(taskId)
    await client.deletePush?.(taskId, 'one')
    return {
      set: set.url,
      got: got.url,
      listed: listed?.map(({ url }) => url),
      left: await client.listPush?.(taskId),
    }
  },
  'extended card': async (client) => (await client.extendedCard?.()) ?? 'none',
  'cancel: a running task': async (client, agent) => {
    const events = client.stream({ text: 'long' })
    const taskId = taskIdOf(await next(events))
    await agent.reached(taskId, 1)
    const answer = await client.cancel(taskId)
    const rest = await sketchAll(events)
    return { same: taskIdOf(answer) === taskId, rest, after: sketch(await client.get(taskId, 10)) }
  },
  'resubscribe: after the client left': async (client, agent) => {
    const taskId = await leaveSlowTask(client, agent)
    const events = client.resubscribe(taskId)
    const first = await next(events)
    agent.release(taskId)
    return { first: sketch(first), rest: await sketchAll(events) }
  },
  'resubscribe: several at once': async (client, agent) => {
    const taskId = await leaveSlowTask(client, agent)
    const viewers = [client.resubscribe(taskId), client.resubscribe(taskId)]
    const firsts = await Promise.all(viewers.map(next))
    agent.release(taskId)
    return { firsts: firsts.map(sketch), rests: await Promise.all(viewers.map(sketchAll)) }
  },
}
