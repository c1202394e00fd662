import { expect, test } from 'vitest'
import { connectedAgent } from '../../../../tests/fixtures/connected-agent.ts'
import { readCard } from '../../card/read-card.ts'
import { readCardFacts } from '../read-card-facts.ts'
import { cardOfConnected } from './card-of-connected.ts'

const cardOf = (card: unknown) => cardOfConnected(connectedAgent({ card: JSON.stringify(card) }))
const interfaces = (did: string) => [{ url: did, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }]

test('an agent without a card gets one from what it said of itself', () => {
  const { card: _, ...agent } = connectedAgent({ name: 'Solver', description: 'Solves.' })
  const card = cardOfConnected(agent)
  expect(card).toMatchObject({ name: 'Solver', description: 'Solves.', capabilities: { streaming: true } })
  expect(readCard(JSON.stringify(card))).toBeDefined()
  expect(readCardFacts(card)).toMatchObject({ streaming: true, pushNotifications: false })
})

test('an agent that said nothing of itself is named by its DID', () => {
  const { name: _, description: __, card: ___, ...agent } = connectedAgent()
  expect(cardOfConnected(agent)['name']).toBe(agent.did)
})

test('its own card stays, but leads nowhere else, and its signatures go', () => {
  const { did } = connectedAgent()
  const card = cardOf({
    name: 'Own',
    version: '7',
    skills: [{ id: 's', name: 'S' }],
    capabilities: { pushNotifications: true },
    url: 'http://10.0.0.1',
    preferredTransport: 'GRPC',
    supportedInterfaces: [{ url: 'http://10.0.0.1', protocolBinding: 'GRPC', protocolVersion: '1.0' }],
    signatures: [{ protected: 'x', signature: 'y' }],
  })
  expect(card).toEqual({
    name: 'Own',
    description: connectedAgent().description,
    version: '7',
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 's', name: 'S' }],
    capabilities: { streaming: true, pushNotifications: true },
    supportedInterfaces: interfaces(did),
  })
})

test('an agent that does not stream says so in its card', () => {
  expect(readCardFacts(cardOf({ capabilities: { streaming: false } }))).toMatchObject({ streaming: false })
})

test.each([
  ['a list', []],
  ['null', null],
  ['no name', { name: 5 }],
  ['nulls', { skills: null, version: null }],
])('a card that is none (%s) does no harm', (_name, card) => {
  const made = cardOf(card)
  expect(readCard(JSON.stringify(made))?.name).toBe(connectedAgent().name)
  expect(made['supportedInterfaces']).toEqual(interfaces(connectedAgent().did))
})
