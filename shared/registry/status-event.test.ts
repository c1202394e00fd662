import { expect, test } from 'vitest'
import { testAgent } from '../../tests/fixtures/test-agent.ts'
import { AgentEvent } from '../contract/agent-event.ts'
import { statusEvent } from './status-event.ts'

test('a change of status is an event that every viewer can read', () => {
  const before = testAgent('a', { status: 'healthy' })
  const event = statusEvent({ ...before, status: 'unreachable' }, before, Date.UTC(2026, 10, 20))
  expect(AgentEvent.parse(event)).toEqual(event)
  expect(event).toMatchObject({
    task_id: 'agents',
    agent_id: 'a',
    timestamp: '2026-11-20T00:00:00.000Z',
    event_type: 'agent.status_changed',
    payload: { agent_id: 'a', status: 'unreachable', previous_status: 'healthy' },
  })
})
