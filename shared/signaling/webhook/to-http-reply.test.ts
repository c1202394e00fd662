import { expect, test } from 'vitest'
import { encodeState } from './encode-state.ts'
import { toHttpReply } from './to-http-reply.ts'

const state = { v: 1 as const, did: 'did:web:ü.example' }
const headers = { 'ce-connectionState': encodeState(state) }

test('a connection is accepted with its sub-protocol and its state', () => {
  const accepted = { kind: 'accepted' as const, state }
  expect(toHttpReply({ ...accepted, subprotocol: 'ioap.v1' })).toEqual({
    status: 200,
    headers,
    json: { subprotocol: 'ioap.v1' },
  })
  expect(toHttpReply(accepted)).toEqual({ status: 200, headers, json: {} })
})

test('a frame is answered with a frame, or with nothing', () => {
  expect(toHttpReply({ kind: 'taken', frame: '{"type":"PONG"}', state })).toEqual({
    status: 200,
    headers,
    text: '{"type":"PONG"}',
  })
  expect(toHttpReply({ kind: 'taken', state })).toEqual({ status: 204, headers })
})

test.each([
  [400, 'bad_request'],
  [401, 'auth_required'],
  [503, 'unavailable'],
] as const)('a refused connection is the error %i', (status, code) => {
  expect(() => toHttpReply({ kind: 'refused', status, message: 'No.' })).toThrow(
    expect.objectContaining({ status, code, message: 'No.' }),
  )
})
