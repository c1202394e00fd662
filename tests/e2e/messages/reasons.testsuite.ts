import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import { listDeadLetters, type Letter } from '../support/dead-letters.ts'
import { createAgent } from '../support/publish.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const GATEWAY = 'agent-events/Subscriptions/gateway'

const lettersOf = (cloud: TestCloud, session: string, count: number): Promise<Letter[]> =>
  until(`${count} dead letters`, async () => {
    const letters = await listDeadLetters(cloud)
    const ours = letters.filter(({ session_id: id, task_id: task }) => id === session || task === session)
    return ours.length >= count && ours
  })

/** Why messages are put aside, and what an operator does with them. */
export const testReasons = (cloud: () => TestCloud): void => {
  test('whatever is wrong with a message, it is put aside with its reason and the session goes on', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    const event = { task_id: task, agent_id: 'agent', agent_name: 'A', event_type: 'note', payload: {} }
    const timestamp = '2026-11-20T10:00:00Z'
    await agent.say({ payload: { text: 'first' } })
    await agent.sendRaw(Buffer.from('{"task_id":'))
    await agent.sendRaw(Buffer.from([0xff, 0xfe, 0x00]))
    await agent.sendRaw([event])
    await agent.sendRaw({ ...event, timestamp, event_index: -1 })
    await agent.sendRaw({ ...event, timestamp, event_index: 9, task_id: 'another' })
    await agent.say({ index: 0, payload: { text: 'another first' } })
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual([0, 1])
    const letters = await lettersOf(cloud(), task, 6)
    expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
      'conflicting_duplicate',
      'invalid_event',
      'invalid_event',
      'invalid_json',
      'invalid_json',
      'session_mismatch',
    ])
    for (const letter of letters) {
      expect(letter).toMatchObject({ entity: GATEWAY, source: 'ingest', status: 'held', delivery_count: 1 })
    }
  })

  test('a message without a session id, which Service Bus itself dead-letters, is moved here and can be redriven', async () => {
    const task = randomUUID()
    const sender = cloud().bus.createSender('agent-events')
    const event = { task_id: task, agent_id: 'agent', agent_name: 'A', event_index: 0 }
    await sender.sendMessages({
      body: {
        ...event,
        timestamp: '2026-11-20T10:00:00Z',
        event_type: 'final_payload',
        payload: { text: 'late' },
      },
      applicationProperties: { origin: 'test' },
    })
    await sender.close()
    const [letter] = await lettersOf(cloud(), task, 1)
    expect(letter).toMatchObject({
      source: 'service-bus',
      entity: GATEWAY,
      application_properties: { origin: 'test' },
    })
    // The letter is there before the stream is told that it cannot finish.
    await until('the task has failed', async () => {
      return (await fetch(`${cloud().url}/final/${task}?wait=0`)).status === 500
    })
    const key = encodeURIComponent(letter?.key ?? '')
    const redriven = await fetch(`${cloud().url}/v1/admin/dead-letters/${key}:redrive`, { method: 'POST' })
    expect(redriven.status).toBe(200)
    await until('the task is complete', async () => {
      return (await fetch(`${cloud().url}/final/${task}?wait=0`)).status === 200
    })
  })

  test('the command dead-letters lists, shows, edits, redrives and purges', async () => {
    const task = randomUUID()
    const deadLetters = async (...args: string[]): Promise<string> =>
      (await runProgram('cli/dead-letters.ts', ['--gateway', cloud().url, ...args])).output
    const agent = createAgent(cloud(), { task })
    await agent.sendRaw({ task_id: task, text: 'one' })
    await agent.sendRaw({ task_id: task, text: 'two' })
    await lettersOf(cloud(), task, 2)

    const { items } = JSON.parse(await deadLetters('list', '--task', task))
    expect(items).toHaveLength(2)
    const [second, first] = items
    const shown = JSON.parse(await deadLetters('show', first.key))
    expect(JSON.parse(shown.body)).toEqual({ task_id: task, text: 'one' })

    const event = {
      task_id: task,
      agent_id: 'agent',
      agent_name: 'A',
      event_index: 0,
      timestamp: '2026-11-20T10:00:00Z',
      event_type: 'final_payload',
      payload: { text: 'mended' },
    }
    const edit = ['--gateway', cloud().url, 'edit', first.key, '-']
    await runProgram('cli/dead-letters.ts', edit, { input: JSON.stringify(event) })
    expect(JSON.parse(await deadLetters('show', first.key))).toMatchObject({
      edited: true,
      original_body: shown.body,
    })
    expect(JSON.parse(await deadLetters('redrive', first.key))).toMatchObject({ status: 'redriven' })
    const final = await fetch(`${cloud().url}/final/${task}`)
    expect(await final.json()).toEqual({ text: 'mended' })

    expect(JSON.parse(await deadLetters('purge', '--task', task))).toEqual({ done: 1, failed: [] })
    const rest = JSON.parse(await deadLetters('list', '--task', task))
    expect(rest.items.map(({ key }: { key: string }) => key)).toEqual([first.key])
    const gone = await runProgram('cli/dead-letters.ts', ['--gateway', cloud().url, 'show', second.key])
    expect(gone).toMatchObject({ code: 1, errors: expect.stringContaining('404') })
    const nowhere = await runProgram('cli/dead-letters.ts', ['--gateway', 'http://127.0.0.1:9', 'list'])
    expect(nowhere).toMatchObject({ code: 1, errors: expect.stringContaining('No gateway answers at') })
  })
}
