import { randomUUID } from 'node:crypto'
import type { SendMessageErrorOptions } from '@azure/web-pubsub-client'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { createAgent } from '../support/publish.ts'
import { openSse } from '../support/sse.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { streamUrl } from '../support/watch-task.ts'

const FIVE_MINUTES_MS = 300_000

const ackError = async (sent: Promise<unknown>): Promise<string | undefined> => {
  const error: { errorDetail?: SendMessageErrorOptions['errorDetail'] } | undefined = await sent.then(
    () => undefined,
    (failure: object) => failure,
  )
  return error?.errorDetail?.name
}

/** The unmodified clients that people use. */
export const testClients = (cloud: () => TestCloud): void => {
  test('an EventSource gets events by onmessage with their ids, and stops at the end by itself', async () => {
    const task = randomUUID()
    const source = new EventSource(streamUrl(cloud(), task))
    onTestFinished(() => source.close())
    const seen: Array<[string, string]> = []
    source.onmessage = ({ lastEventId, data }) => seen.push([lastEventId, JSON.parse(data).event_type])
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await agent.finish()
    await until('the EventSource is closed', () => source.readyState === source.CLOSED)
    expect(seen).toEqual([
      ['0', 'note'],
      ['1', 'final_payload'],
    ])
  })

  test('the answer is an event stream that nothing on the way may keep', async () => {
    const task = randomUUID()
    const { headers, frames, drop } = await openSse(streamUrl(cloud(), task))
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    expect((await frames.next()).value).toEqual({ retry: '1000' })
    expect((await frames.next()).value).toEqual({ comment: '' })
    drop()
  })

  test('a negotiated address names one group, no role and a viewer that nobody knows, for five minutes', async () => {
    const task = randomUUID()
    const claims = async (): Promise<Record<string, unknown>> => {
      const { url } = await negotiate(cloud(), task)
      const token = new URL(url).searchParams.get('access_token') ?? ''
      return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    }
    const [one, other] = [await claims(), await claims()]
    expect(one).toMatchObject({ 'webpubsub.group': [`task.${task}`], sub: expect.stringMatching(/^viewer-/) })
    expect(one['role'] ?? []).toEqual([])
    expect(Number(one['exp']) - Number(one['iat'])).toBe(FIVE_MINUTES_MS / 1000)
    expect(other['sub']).not.toBe(one['sub'])
  })

  test('a plain WebSocket client at a negotiated address hears the task, and can do nothing else', async () => {
    const task = randomUUID()
    const { url, group, expires_at: expiresAt } = await negotiate(cloud(), task)
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - FIVE_MINUTES_MS)).toBeLessThan(30_000)
    const { client, bells } = await hearBells(url)
    const agent = createAgent(cloud(), { task })
    await agent.say({ payload: { text: 'small' } })
    await agent.say({ payload: { text: 'x'.repeat(64 * 1024) } })
    await agent.finish({ text: 'end' })
    await until('three bells', () => bells.length === 3)
    const event = {
      task_id: task,
      agent_id: 'agent',
      agent_name: 'The agent',
      timestamp: '2026-11-20T10:00:00Z',
    }
    expect(bells).toEqual([
      {
        stream: task,
        from: 0,
        events: [{ ...event, event_index: 0, event_type: 'note', payload: { text: 'small' } }],
      },
      { stream: task, upto: 2 },
      {
        stream: task,
        from: 2,
        events: [{ ...event, event_index: 2, event_type: 'final_payload', payload: { text: 'end' } }],
        outcome: 'final',
      },
    ])
    expect(await ackError(client.joinGroup('task.another'))).toBe('Forbidden')
    expect(await ackError(client.sendToGroup(group, { stream: task, upto: 99 }, 'json'))).toBe('Forbidden')
  })
}
