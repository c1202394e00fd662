import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashText } from '../../kernel/ids.ts'
import { rememberId } from './remember-id.ts'

const message = (id: string, time: number) => ({ idHash: hashText(id), time })

test('a message is taken once, however many came in between', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 300 }), fc.nat(), (ids, pick) => {
      let state = {}
      ids.forEach((id, time) => {
        const next = rememberId(state, message(id, time))
        expect(next).toBeDefined()
        state = next ?? state
      })
      const again = pick % ids.length
      expect(rememberId(state, message(ids[again] ?? '', again))).toBeUndefined()
    }),
    { numRuns: 30 },
  )
})

test('the order in which messages of one moment come does not matter', () => {
  let state = {}
  for (const [index, time] of [5, 3, 4, 5, 5, 1].entries()) {
    const next = rememberId(state, message(`m${index}`, time))
    expect(next).toBeDefined()
    state = next ?? state
  }
})

test('what a connection carries stays small', () => {
  let state = {}
  for (let index = 0; index < 1000; index++) {
    state = rememberId(state, message(`m${index}`, 1_800_000_000_000 + index)) ?? state
  }
  expect(JSON.stringify(state).length).toBeLessThan(3000)
})
