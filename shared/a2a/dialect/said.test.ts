import { expect, it } from 'vitest'
import { sayAs, toSaid } from './said.ts'

const words = '{ "kind":"message", "messageId":"m", "role":"agent", "parts":[{"kind":"text","text":"hi"}] }'

it('keeps the words of an agent beside their form in 1.0', () => {
  const said = toSaid('event', words, '0.3')
  expect(JSON.parse(said.text)).toEqual({
    message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] },
  })
  expect(said.original).toEqual({ shape: '0.3', text: words })
  expect(sayAs('event', said, '0.3')).toBe(words)
  expect(sayAs('event', said, '1.0')).toBe(said.text)
})

it('has nothing beside the words of 1.0', () => {
  expect(toSaid('send', '{ }', '1.0')).toEqual({ text: '{ }' })
})

it('translates for whoever speaks otherwise', () => {
  const said = toSaid('send', words, '0.3')
  expect(JSON.parse(sayAs('send', said, '0.3-rest'))).toEqual({
    message: { messageId: 'm', role: 'ROLE_AGENT', content: [{ text: 'hi' }] },
  })
})
