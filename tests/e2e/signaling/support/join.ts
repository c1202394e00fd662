import { onTestFinished } from 'vitest'
import { connectTestAgent, type ConnectedTestAgent } from '../../../fixtures/signaling/connect-test-agent.ts'
import { openTestSocket, type TestSocket } from '../../../fixtures/signaling/open-test-socket.ts'
import type { TestCloud } from '../../support/start-test-cloud.ts'

/** Where agents connect, as the seed says it. */
export const socketUrl = ({ url }: Pick<TestCloud, 'url'>): string => `${url.replace(/^http/, 'ws')}/ws`

/** A registered agent until the test is over. */
export const join = async (
  cloud: TestCloud,
  options: Parameters<typeof connectTestAgent>[1] = {},
): Promise<ConnectedTestAgent> => {
  const agent = await connectTestAgent(socketUrl(cloud), options)
  onTestFinished(() => agent.drop())
  return agent
}

/** Several agents that know each other's DIDs from nowhere but their programs. */
export const joinPair = (cloud: TestCloud): Promise<[ConnectedTestAgent, ConnectedTestAgent]> =>
  Promise.all([join(cloud), join(cloud)])

/** A connection that has not registered, until the test is over. */
export const openSocket = async (cloud: TestCloud, protocols?: readonly string[]): Promise<TestSocket> => {
  const socket = await openTestSocket(socketUrl(cloud), protocols)
  onTestFinished(() => socket.drop())
  return socket
}
