import { onTestFinished } from 'vitest'
import { connectTestAgent, type ConnectedTestAgent } from '../../../fixtures/signaling/connect-test-agent.ts'
import { createTestAgent, type Parts } from '../../../fixtures/signaling/create-test-agent.ts'
import type { Heard } from '../../../fixtures/signaling/open-test-socket.ts'
import { startSocketAgent, type SocketAgent } from '../../../fixtures/signaling/start-socket-agent.ts'
import { post, rpc, type Answer } from '../../a2a/support/post.ts'
import type { TestCloud } from '../../support/start-test-cloud.ts'
import { socketUrl } from '../support/join.ts'

/** Where a connected agent is called. */
export const agentUrl = ({ url }: TestCloud, { did }: { did: string }): string =>
  `${url}/agents/${encodeURIComponent(did)}`

/** An agent made with the official server, connected until the test is over. */
export const joinAgent = async (
  cloud: TestCloud,
  options: Parameters<typeof startSocketAgent>[1] = {},
): Promise<SocketAgent> => {
  const agent = await startSocketAgent(socketUrl(cloud), options)
  onTestFinished(() => agent.drop())
  return agent
}

/** An agent that answers what a test has it answer. */
export const joinByHand = async (
  cloud: TestCloud,
  payload: Parts = { capabilities: ['a2a'] },
  agent = createTestAgent(),
): Promise<
  ConnectedTestAgent & {
    asked(): Promise<Heard>
    reply(request: Heard, payload: Parts, more?: Parts): string
  }
> => {
  const connected = await connectTestAgent(socketUrl(cloud), { agent, payload })
  onTestFinished(() => connected.drop())
  return {
    ...connected,
    asked: () => connected.next(({ type }) => type === 'EXEC_REQUEST'),
    reply: (request, about, more = {}) =>
      connected.say({
        type: 'EXEC_RESPONSE',
        to: request.from,
        correlation_id: request.id,
        payload: about,
        ...more,
      }),
  }
}

/** Sends a message to an agent, and waits for the end. */
export const sendTo = (cloud: TestCloud, agent: { did: string }, params: object): Promise<Answer> =>
  post(agentUrl(cloud, agent), rpc('SendMessage', params))
