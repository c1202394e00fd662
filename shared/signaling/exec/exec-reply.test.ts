import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignalFailure } from '../signal-failure.ts'
import { decodeExecReply, encodeExecReply, readExecReply } from './exec-reply.ts'

const frame = (payload: string): string => `{ "type": "EXEC_RESPONSE", "payload": ${payload} , "id":"m" }`

describe('what an agent answers', () => {
  test('is read byte for byte', () => {
    const result = '{ "n": 1.0, "big":12345678901234567890, "s":"\\u00e9" , "status":"x" }'
    expect(readExecReply(frame(`{"status":"streaming", "result" : ${result} }`), 'streaming')).toEqual({
      status: 'streaming',
      result,
    })
  })

  test('may write null for what it does not have', () => {
    const payload = '{"result":null,"error":null,"status":"completed","execution_time_ms":null}'
    expect(readExecReply(frame(payload), 'completed')).toEqual({ status: 'completed' })
  })

  test('fails with an error where it gives no status, else is complete', () => {
    expect(readExecReply(frame('{"error":"no"}'), undefined)).toEqual({ status: 'failed', error: '"no"' })
    expect(readExecReply(frame('{"result":{}}'), undefined)).toEqual({ status: 'completed', result: '{}' })
  })

  test('is refused with another status, so that the agent gets to know', () => {
    expect(() => readExecReply(frame('{"status":"done"}'), 'done')).toThrow(SignalFailure)
  })
})

test('an answer is in its stream what it was', () => {
  const text = fc.json().filter((json) => json.trim() === json && json !== 'null')
  const reply = fc.record(
    { status: fc.constantFrom('streaming', 'completed', 'failed'), result: text, error: text },
    { requiredKeys: ['status'] },
  )
  fc.assert(fc.property(reply, (said) => void expect(decodeExecReply(encodeExecReply(said))).toEqual(said)))
})
