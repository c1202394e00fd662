import { expectTypeOf, test } from 'vitest'
import type { SignalMessage } from '../shared/contract/signaling/message.ts'
import type { Message } from './messages.ts'

test('what the library says of frames is what the contract says', () => {
  expectTypeOf<Message>().toEqualTypeOf<SignalMessage>()
})
