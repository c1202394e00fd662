import { expect, test } from 'vitest'
import { agentAt } from '../../../tests/support/open-upstream.ts'
import { createCardSource } from './card-source.ts'
import type { FetchedCard } from './fetch-card.ts'
import { readCardFacts } from './read-card-facts.ts'

const HOUR = 3_600_000
const agent = agentAt('http://127.0.0.1:1')

const cardNamed = (text: string): FetchedCard => {
  const facts = readCardFacts({ url: 'http://agent.example' })
  if (facts === undefined) throw new Error('The card of the test is none.')
  return { text, facts }
}

const open = () => {
  const asked: Array<FetchedCard | undefined> = []
  const state = { now: 0, fails: false, asked }
  const source = createCardSource({
    cacheSeconds: 60,
    clock: { now: () => state.now, sleep: () => Promise.resolve() },
    fetchCard: (_, known) => {
      asked.push(known)
      return state.fails ? Promise.reject(new Error('down')) : Promise.resolve(cardNamed(`${asked.length}`))
    },
  })
  return { state, source }
}

test('callers at one time share one fetch, and those who come soon its card', async () => {
  const { state, source } = open()
  const [a, b] = await Promise.all([source.get(agent), source.get(agent)])
  expect([a.text, b.text]).toEqual(['1', '1'])
  state.now = 59_999
  expect((await source.get(agent)).text).toBe('1')
  state.now = 60_000
  expect((await source.get(agent)).text).toBe('2')
  expect(state.asked[1]?.text).toBe('1')
})

test('a stale card serves for an hour while its agent does not answer, which is asked every 5 s', async () => {
  const { state, source } = open()
  await source.get(agent)
  state.fails = true
  state.now = HOUR - 1
  expect((await source.get(agent)).text).toBe('1')
  expect((await source.get(agent)).text).toBe('1')
  expect(state.asked).toHaveLength(2)
  state.now = HOUR + 5_000
  await expect(source.get(agent)).rejects.toThrow('down')
})

test('a failure is not kept, and another address is another card', async () => {
  const { state, source } = open()
  state.fails = true
  await expect(source.get(agent)).rejects.toThrow('down')
  state.fails = false
  expect((await source.get(agent)).text).toBe('2')
  expect((await source.get(agentAt('http://127.0.0.1:2'))).text).toBe('3')
})
