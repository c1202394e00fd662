import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameError, parseFrame, readFramePayload } from './parse-frame.ts'

describe('parseFrame', () => {
  test('names of members and types have no case, names inside data have', () => {
    const frame = parseFrame(
      '{"TYPE":"SENDTOGROUP","GROUP":"g","NOECHO":true,"DATATYPE":"json","DATA":{"A":1}}',
    )
    expect(frame).toMatchObject({ type: 'sendToGroup', group: 'g', noEcho: true, data: { A: 1 } })
  })

  test('unknown members are ignored', () => {
    expect(parseFrame('{"type":"ping","more":1}')).toEqual({ type: 'ping' })
  })

  test.each([
    '',
    'null',
    '5',
    '[]',
    '{}',
    '{"type":"x"}',
    '{"type":"event"}',
    '{"type":"joinGroup","group":"g","ackId":-1}',
  ])('%s is no frame', (text) => {
    expect(() => parseFrame(text)).toThrow(FrameError)
  })

  test('any text is a frame or a FrameError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          return typeof parseFrame(text).type === 'string'
        } catch (error) {
          return error instanceof FrameError
        }
      }),
    )
  })
})

describe('readFramePayload', () => {
  test('binary data comes out of its base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const data = Buffer.from(bytes).toString('base64')
        expect(readFramePayload({ dataType: 'binary', data })).toEqual({
          dataType: 'binary',
          bytes: Buffer.from(bytes),
        })
      }),
    )
  })

  test.each([
    { dataType: 'json' as const },
    { dataType: 'json' as const, data: null },
    { dataType: 'text' as const, data: 5 },
    { dataType: 'binary' as const, data: 'abc' },
  ])('%j is no data', (frame) => {
    expect(() => readFramePayload(frame)).toThrow(FrameError)
  })
})
