import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { listDeadLetters, type Letter } from '../support/dead-letters.ts'
import { createAgent, eventMessage } from '../support/publish.ts'
import { readHealth } from '../support/read-health.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'
import { BOTH, COPIES, SECOND, SECOND_BUS, useScaledCloud } from './use-scaled-cloud.ts'

const EACH = 20

/** Connections to where nothing listens. */
const NO_BUS =
  'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;'
const NO_STORAGE =
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aw==;BlobEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;'

const scaled = useScaledCloud()

test('a task is one stream, to whichever namespace its agents publish', async () => {
  const gateway = await scaled().start(BOTH)
  const task = randomUUID()
  const viewer = watchTask(gateway, task)
  const agents = [gateway, scaled().second].map((cloud, index) =>
    createAgent(cloud, { task, id: `agent${index}` }),
  )
  await Promise.all(
    agents.map(async ({ say }) => {
      for (const _ of upTo(EACH)) await say()
    }),
  )
  await viewer.seen(2 * EACH)
  await agents[1]?.finish()
  const events = await viewer.over
  expect(seqs(events)).toEqual(upTo(2 * EACH + 1))
  for (const [index, count] of [EACH, EACH + 1].entries()) {
    const own = events.filter(({ agent_id: id }) => id === `agent${index}`)
    expect(own.map(({ event_index: number }) => number)).toEqual(upTo(count))
  }
})

test('a message that Service Bus dead-letters in the second namespace goes back there', async () => {
  const gateway = await scaled().start(BOTH)
  const { second } = scaled()
  const task = randomUUID()
  const viewer = watchTask(gateway, task)
  const sender = second.bus.createSender('agent-events')
  const { sessionId: _none, ...message } = eventMessage(task, {})
  await sender.sendMessages({ ...message, messageId: task })
  await sender.close()
  const letter = await until(
    'it is moved',
    async () => (await listDeadLetters(gateway, { task_id: task }))[0],
  )
  expect(letter).toMatchObject({ source: 'service-bus', namespace: SECOND_BUS, message_id: task })

  const copies = second.bus.createReceiver('agent-events', COPIES, { receiveMode: 'receiveAndDelete' })
  onTestFinished(() => copies.close())
  const key = encodeURIComponent(letter.key)
  const redriven = await fetch(`${gateway.url}/v1/admin/dead-letters/${key}:redrive`, { method: 'POST' })
  expect(redriven.status).toBe(200)
  expect(await redriven.json()).toMatchObject({ status: 'redriven' })
  const seen = await until('the copy of the redriven message', async () => {
    const messages = await copies.receiveMessages(10, { maxWaitTimeInMs: 500 })
    return messages.find(({ messageId }) => messageId === `redrive-${letter.key}`)
  })
  expect(seen.sessionId).toBe(task)
  expect(seqs(await viewer.seen(1))).toEqual([0])
})

test('messages with the same number in both namespaces are two dead letters', async () => {
  const gateway = await scaled().start(BOTH)
  const task = randomUUID()
  for (const cloud of [gateway, scaled().second])
    await createAgent(cloud, { task }).sendRaw({ task_id: task })
  const letters = await until('both are put aside', async () => {
    const listed = await listDeadLetters(gateway, { task_id: task })
    return listed.length === 2 && listed
  })
  const namespaceOf = (letter: Letter): unknown => letter['namespace']
  expect(letters.map(namespaceOf).toSorted()).toEqual([SECOND_BUS, undefined])
  expect(new Set(letters.map(({ key }) => key)).size).toBe(2)
})

test('the gateway is unhealthy while a namespace, or an account, that it needs is not there', async () => {
  const down: Readonly<Record<string, string>>[] = [{ [SECOND_BUS]: NO_BUS }, { [SECOND[0]]: NO_STORAGE }]
  expect(await readHealth(await scaled().start(BOTH))).toMatchObject({ http: 200, status: 'healthy' })
  const seen = await Promise.all(
    down.map(async (env) => (await readHealth(await scaled().start(BOTH, { env }))).connections),
  )
  expect(seen).toMatchObject([
    { asb: 'disconnected', storage: 'connected' },
    { asb: 'connected', storage: 'disconnected' },
  ])
})
