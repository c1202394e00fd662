import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RegisterPayload } from '../../contract/signaling/payloads.ts'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createNonces } from './create-nonces.ts'

const setUp = (secret = 'a secret of thirty-two characters') => {
  const clock = createManualClock()
  return { clock, nonces: createNonces({ secretKey: () => secret, clock }) }
}

test('a nonce holds five minutes, in every instance', () => {
  const { clock, nonces } = setUp()
  const { nonce, expiresAt } = nonces.issue()
  expect(expiresAt - clock.now()).toBe(300_000)
  expect(RegisterPayload.safeParse({ public_key: 'x', nonce }).success).toBe(true)
  expect(setUp().nonces.verify(nonce)).toBe(true)
  clock.advance(299_999)
  expect(nonces.verify(nonce)).toBe(true)
  clock.advance(1)
  expect(nonces.verify(nonce)).toBe(false)
})

test('no two are equal, and those of another secret do not hold', () => {
  const { nonces } = setUp()
  expect(nonces.issue().nonce).not.toBe(nonces.issue().nonce)
  expect(setUp('another secret of as many characters').nonces.verify(nonces.issue().nonce)).toBe(false)
})

test('a nonce with one character changed, or any other text, does not hold', () => {
  const { nonces } = setUp()
  const { nonce } = nonces.issue()
  fc.assert(
    fc.property(fc.nat(nonce.length - 1), fc.constantFrom(...'059AZaz-_.+é'), (index, character) => {
      const changed = nonce.slice(0, index) + character + nonce.slice(index + 1)
      expect(nonces.verify(changed)).toBe(changed === nonce)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(nonces.verify(text)).toBe(false)
    }),
  )
  for (const text of ['', '.', '..', `${nonce}=`, ` ${nonce}`, `${nonce}\n`])
    expect(nonces.verify(text)).toBe(false)
})
