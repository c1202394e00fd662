import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentId, places } from '../support/start-agents.ts'
import { post } from '../support/post.ts'
import type { Deployments } from '../support/use-deployments.ts'

const METHODS = `SendMessage GetTask ListTasks CancelTask SubscribeToTask GetExtendedAgentCard
  CreateTaskPushNotificationConfig GetTaskPushNotificationConfig ListTaskPushNotificationConfigs
  message/send message/stream tasks/get tasks/cancel tasks/resubscribe tasks/pushNotificationConfig/set
  agent/getAuthenticatedExtendedCard no/such`.split(/\s+/)

const RUNS = 150

/** Names that the protocol knows, so that what is sent is nearly right. */
const member = fc.oneof(
  fc.constantFrom(
    'message',
    'configuration',
    'id',
    'taskId',
    'parts',
    'role',
    'messageId',
    'historyLength',
    'url',
  ),
  fc.string(),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1e300, '', 'ROLE_USER', 'user', 'hello', 'text'),
    fc.string({ unit: 'binary' }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(member, tie('any'), { maxKeys: 4 }),
  ),
})).any

const request = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0', 2, null),
    id: fc.oneof(fc.integer(), fc.string(), value),
    method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: value }),
    params: value,
  },
  { requiredKeys: [] },
)

/** A text cut off, doubled, or with one character changed. */
const broken = fc
  .tuple(request, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 }))
  .map(([sent, at, put]) => {
    const text = JSON.stringify(sent)
    return text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1)
  })

const body = fc.oneof(
  { weight: 6, arbitrary: request.map((sent) => JSON.stringify(sent)) },
  { weight: 2, arbitrary: broken },
  { weight: 1, arbitrary: value.map((sent) => JSON.stringify(sent)) },
  { weight: 1, arbitrary: fc.array(request, { maxLength: 3 }).map((sent) => JSON.stringify(sent)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

const version = fc.constantFrom('1.0', '0.3', '', '1.0.1', '9', 'x')

/** Whatever is posted, the answer is JSON-RPC, and no failure of the gateway. */
export const testFuzz = (deployments: () => Deployments): void => {
  test.for(places)('any body, to an agent that is hosted %s', async (place) => {
    const url = `${deployments().a.url}/agents/${agentId('plain', place)}`
    await fc.assert(
      fc.asyncProperty(body, version, async (text, a2aVersion) => {
        const { status, type, text: answer } = await post(url, text, { 'a2a-version': a2aVersion })
        expect(status, answer).toBe(200)
        if (type.startsWith('text/event-stream')) expect(answer).toContain('data: ')
        else expect(JSON.parse(answer)).toMatchObject({ jsonrpc: '2.0' })
        expect(answer).not.toMatch(/ at .*\.(ts|js|cjs):\d+/)
      }),
      { numRuns: RUNS },
    )
  })
}
