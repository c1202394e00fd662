import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Did } from '../../contract/signaling/message.ts'
import { agentKey, DIDS } from './agent-rows.ts'

const isAmongDids = (id: string): boolean => {
  const { partitionKey } = agentKey(id)
  return partitionKey >= DIDS.from && partitionKey < DIDS.to
}

const somePart = fc.constantFrom(':', 'a', 'Z', '7', '.', '_', '-', '%3F', 'z6Mk', ':::::::', 'x'.repeat(30))

test('every DID that the protocol takes is a key in the range of connected agents, as it stands', () => {
  const dids = fc.array(somePart, { maxLength: 200 }).map((parts) => `did:web:${parts.join('')}x`)
  fc.assert(
    fc.property(dids, (did) => {
      const isTaken = Did.safeParse(did).success
      expect(isAmongDids(did)).toBe(isTaken)
    }),
  )
})

test.each([
  ['x', 387, true],
  ['x', 388, false],
  [':', 129, true],
  [':', 130, false],
])('a DID with %j %i times is taken: %s', (character, times, isTaken) => {
  const did = `did:web:${character.repeat(times)}x`
  expect(Did.safeParse(did).success).toBe(isTaken)
})

test.each(['did', 'did-1', 'didier', 'dia', 'die', 'did.example', 'did_x'])(
  'the id %s of an operator is outside that range',
  (id) => {
    expect(isAmongDids(id)).toBe(false)
  },
)
