import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startWebhook } from '../../../fixtures/a2a/start-webhook.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
import { sketchAll } from '../behaviour/sketch.ts'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { post, rpc, sendParams } from '../support/post.ts'
import { agentId, places } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

const TOKEN = 'token-of-the-client'
const CREDENTIALS = 'credentials-of-the-client'

/** How the end of a task is written in a notification of each version. */
const ends: Readonly<Record<Flavour, string>> = {
  '1.0 JSON-RPC': 'TASK_STATE_COMPLETED',
  '1.0 REST': 'TASK_STATE_COMPLETED',
  '0.3 JSON-RPC': '"state":"completed"',
  '0.3 REST': '"state":"completed"',
  '0.2 JSON-RPC': '"state":"completed"',
}

/** Notifications belong to the gateway: the client's address and secrets never reach the agent, and still it is told. */
export const testPush = (deployments: () => Deployments): void => {
  describe.for(places)('an agent that is hosted %s', (place) => {
    test.for(Object.keys(flavours) as Flavour[])(
      '%s: the client hears of the end of its task',
      async (flavour) => {
        const { a, agents } = deployments()
        const agent = agents.sdk['1.0']
        const webhook = await startWebhook()
        onTestFinished(() => webhook.stop())
        const client = await flavours[flavour](`${a.url}/agents/${agentId('1.0', place)}/`)
        const events = client.stream({ text: 'tell me' })
        const taskId = taskIdOf(await next(events))
        await client.setPush(taskId, { id: 'mine', url: webhook.url, token: TOKEN, credentials: CREDENTIALS })
        const stored = await client.getPush(taskId, 'mine')
        expect(stored).toMatchObject({ url: webhook.url })
        expect(JSON.stringify(stored)).not.toMatch(new RegExp(`${TOKEN}|${CREDENTIALS}`))
        agent.release(taskId)
        await sketchAll(events)
        const { headers, body } = await webhook.received(ends[flavour])
        expect(body).toContain(taskId)
        expect(headers).toMatchObject({
          authorization: `Bearer ${CREDENTIALS}`,
          'x-a2a-notification-token': TOKEN,
          'a2a-notification-token': TOKEN,
        })
      },
    )

    test('a config that comes with a send is told of the whole task', async () => {
      const { a } = deployments()
      const webhook = await startWebhook()
      onTestFinished(() => webhook.stop())
      const taskPushNotificationConfig = { url: webhook.url, token: TOKEN }
      const params = {
        ...sendParams('hello', randomUUID()),
        configuration: { taskPushNotificationConfig },
      }
      const answer = await post(`${a.url}/agents/${agentId('1.0', place)}`, rpc('SendMessage', params))
      expect(answer.text).toContain('TASK_STATE_COMPLETED')
      const { headers } = await webhook.received(ends['1.0 JSON-RPC'])
      expect(headers).toMatchObject({
        'x-a2a-notification-token': TOKEN,
        'a2a-notification-token': TOKEN,
      })
    })
  })
}
