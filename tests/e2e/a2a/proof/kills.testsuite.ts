import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openSse } from '../../support/sse.ts'
import { until } from '../../support/until.ts'
import type { TestCloud } from '../../support/start-test-cloud.ts'
import { codeOf } from '../behaviour/reason-of.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
import { sketchAll } from '../behaviour/sketch.ts'
import type { FlavourClient } from '../clients/flavour-client.ts'
import { flavours } from '../clients/flavours.ts'
import type { Heard } from '../clients/heard.ts'
import { rpc, sendParams } from '../support/post.ts'
import { agentId, places, type Place } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

/** Longer than the locks of the topology last. */
const LOCK_OVER_MS = 61_000

/** SIGKILL for the functions host with all its processes; resolves when it runs again. */
const killHost = async (cloud: TestCloud): Promise<void> => {
  const pid = cloud.app.pid()
  if (pid === undefined) throw new Error('The functions host does not run.')
  process.kill(pid, 'SIGKILL')
  await until('the functions host runs again', () => {
    const now = cloud.app.pid()
    return now !== undefined && now !== pid
  })
  await until('the gateway answers', async () => (await fetch(`${cloud.url}/health`)).ok)
}

type Events = AsyncGenerator<Heard, void, undefined>

/** Reads up to the first artifact, which has come through the first gate. */
const readFirstChunk = async (events: Events): Promise<Heard> => {
  for (;;) {
    const event = await next(events)
    if (event.kind === 'artifact') return event
  }
}

const artifactsIn = (events: readonly unknown[]): string =>
  events
    .map((event) => JSON.stringify(event))
    .filter((text) => text.startsWith('{"artifact"'))
    .join('')

/** Processes die in the middle of a stream: the call goes on or its outcome is said to be unknown, and it is never made twice. */
export const testKills = (deployments: () => Deployments): void => {
  const open = (place: Place): Promise<FlavourClient> =>
    flavours['1.0 JSON-RPC'](`${deployments().a.url}/agents/${agentId('1.0', place)}/`)

  const stranded = async (events: Events, taskId: string): Promise<void> => {
    const { sdk } = deployments().agents
    sdk['1.0'].step(taskId)
    await readFirstChunk(events)
  }

  test('the hosting process, when the task is known: the stream goes on', async () => {
    const { b, agents } = deployments()
    const agent = agents.sdk['1.0']
    const messageId = randomUUID()
    const events = (await open('elsewhere')).stream({ text: 'slow', messageId })
    const taskId = taskIdOf(await next(events))
    await stranded(events, taskId)
    await b.kill('a2a_requests')
    const subscribed = agent.subscribed(taskId)
    const rest = sketchAll(events)
    await subscribed
    agent.release(taskId)
    const heard = await rest
    expect(heard.at(-1)).toEqual({ status: 'completed', text: '' })
    expect(artifactsIn(heard).match(/one|two|three/g)).toEqual(['two', 'three'])
    expect(agent.calls.of(messageId)).toHaveLength(1)
  })

  test('the whole hosting deployment, when the task is known: the stream goes on', async () => {
    const { a, b, agents } = deployments()
    const agent = agents.sdk['1.0']
    const messageId = randomUUID()
    const events = (await open('elsewhere')).stream({ text: 'slow', messageId })
    const taskId = taskIdOf(await next(events))
    await stranded(events, taskId)
    await killHost(b)
    await a.controls.serviceBus.advance(LOCK_OVER_MS)
    const subscribed = agent.subscribed(taskId)
    const rest = sketchAll(events)
    await subscribed
    agent.release(taskId)
    const heard = await rest
    expect(heard.at(-1)).toEqual({ status: 'completed', text: '' })
    expect(artifactsIn(heard).match(/one|two|three/g)).toEqual(['two', 'three'])
    expect(agent.calls.of(messageId)).toHaveLength(1)
  })

  test('the hosting process, before the task is known: the outcome is unknown', async () => {
    const { b, agents } = deployments()
    const agent = agents.sdk['1.0']
    const messageId = randomUUID()
    const client = await open('elsewhere')
    const answer = sketchAll(client.stream({ text: 'mute', messageId })).catch((error: unknown) => error)
    const { taskId } = await agent.calls.first(messageId)
    await b.kill('a2a_requests')
    const error = await answer
    expect(codeOf(error)).toBe(-32603)
    expect(String(error)).toMatch(/not known|unknown/i)
    agent.cancel(taskId)
    expect(agent.calls.of(messageId)).toHaveLength(1)
  })

  describe.for(places)('the asking process, agent hosted %s', (place) => {
    test('the client resubscribes and hears the rest', async () => {
      const { a, agents } = deployments()
      const agent = agents.sdk['1.0']
      const messageId = randomUUID()
      const client = await open(place)
      const events = client.stream({ text: 'slow', messageId })
      const taskId = taskIdOf(await next(events))
      await stranded(events, taskId)
      await a.kill('events_stream')
      await expect(sketchAll(events)).rejects.toThrow()
      const again = await until('the gateway lets the client subscribe', async () => {
        const attempt = client.resubscribe(taskId)
        const first = await attempt.next()
        return first.done !== true && { first: first.value, attempt }
      })
      expect(again.first).toMatchObject({ kind: 'task', id: taskId, artifacts: [['one ']] })
      if (place === 'here') await agent.subscribed(taskId)
      agent.release(taskId)
      const heard = await sketchAll(again.attempt)
      expect(heard.at(-1)).toEqual({ status: 'completed', text: '' })
      expect(artifactsIn(heard).match(/one|two|three/g)).toEqual(['two', 'three'])
      expect(agent.calls.of(messageId)).toHaveLength(1)
    })
  })

  test('the asking process: a client that kept its Last-Event-ID misses nothing and hears nothing twice', async () => {
    const { a, agents } = deployments()
    const agent = agents.sdk['1.0']
    const messageId = randomUUID()
    const client = await open('elsewhere')
    const url = `${a.url}/agents/${agentId('1.0', 'elsewhere')}`
    const headers = { 'content-type': 'application/json', 'a2a-version': '1.0', accept: 'text/event-stream' }
    const { frames } = await openSse(
      url,
      headers,
      JSON.stringify(rpc('SendStreamingMessage', sendParams('slow', messageId))),
    )
    const { taskId } = await agent.calls.first(messageId)
    agent.step(taskId)
    let lastId = ''
    for (;;) {
      const { value: frame } = await frames.next()
      if (frame?.id !== undefined) lastId = frame.id
      if (frame?.data?.includes('artifactUpdate') === true) break
    }
    await a.kill('events_stream')
    const rest = await until('the gateway lets the client resume', async () => {
      const answer = await openSse(
        url,
        { ...headers, 'last-event-id': lastId },
        JSON.stringify(rpc('SubscribeToTask', { id: taskId })),
      )
      return answer.status === 200 && answer
    })
    agent.release(taskId)
    const data: string[] = []
    for await (const frame of rest.frames) if (frame.data !== undefined) data.push(frame.data)
    expect(data.join('').match(/"text":"(one |two |three)"/g)).toEqual(['"text":"two "', '"text":"three"'])
    expect(data.at(-1)).toContain('TASK_STATE_COMPLETED')
    expect(agent.calls.of(messageId)).toHaveLength(1)
    expect(await client.get(taskId)).toMatchObject({ kind: 'task' })
  })
}
