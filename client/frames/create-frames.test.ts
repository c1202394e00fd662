import { expect, test } from 'vitest'
import { isSignedByItsSender } from '../../tests/fixtures/signaling/verify-frame.ts'
import { openKey } from '../identity/open-key.ts'
import { createFrames } from './create-frames.ts'

const open = async (now = () => 1_800_000_000_000) =>
  createFrames({ signer: await openKey(new Uint8Array(32).fill(7)), now })

const said = (payload: object) => ({ type: 'INTENT' as const, to: 'did:web:example.com', payload, id: 'i' })

test('a program that was written from the description of the protocol alone verifies a frame, whatever its words', async () => {
  const frame = await open()
  for (const query of ['plain', 'spät 😀  ', '"\\/\u0007'])
    expect(isSignedByItsSender(await frame(said({ query, params: { n: 1.5, é: [null, 1e21] } })))).toBe(true)
})

test('timestamps never go back', async () => {
  const times = [2000, 1000, 3000]
  const frame = await open(() => times.shift() ?? 0)
  const seconds = [await frame(said({})), await frame(said({})), await frame(said({}))].map(
    (text) => new Date(JSON.parse(text).timestamp).getTime() / 1000,
  )
  expect(seconds).toEqual([2, 2, 3])
})

test('half of a character is not sent', async () => {
  const frame = await open()
  await expect(frame(said({ query: '\ud800' }))).rejects.toThrow(TypeError)
})
