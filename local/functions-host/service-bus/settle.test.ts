import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import { array, assert, asyncProperty, constantFrom } from 'fast-check'
import { expect, test } from 'vitest'
import { createSettler, type Settlement } from './settle.ts'

const message = { body: '' } as ServiceBusReceivedMessage

/** A receiver that notes in which turn of the event loop each settlement was issued. */
const createRecorder = () => {
  const turns: Settlement[][] = []
  let open: Settlement[] | undefined
  const note = (settlement: Settlement): Promise<void> => {
    if (open === undefined) {
      const current: Settlement[] = []
      open = current
      turns.push(current)
      setImmediate(() => {
        open = undefined
      })
    }
    open.push(settlement)
    return Promise.resolve()
  }
  return { turns, completeMessage: () => note('complete'), abandonMessage: () => note('abandon') }
}

test('one turn of the event loop settles messages of one kind only, in the order asked for', async () => {
  await assert(
    asyncProperty(
      array(constantFrom<Settlement>('complete', 'abandon'), { maxLength: 20 }),
      async (wanted) => {
        const recorder = createRecorder()
        const settler = createSettler(recorder)
        await Promise.all(wanted.map((settlement) => settler.settle(message, settlement)))
        expect(recorder.turns.flat()).toEqual(wanted)
        for (const turn of recorder.turns) expect(new Set(turn).size).toBe(1)
      },
    ),
  )
})

test('a settlement that fails rejects its own caller; the others go on', async () => {
  const settler = createSettler({
    completeMessage: () => Promise.reject(new Error('lock lost')),
    abandonMessage: () => Promise.resolve(),
  })
  const failed = settler.settle(message, 'complete')
  const fine = settler.settle(message, 'abandon')
  await expect(failed).rejects.toThrow('lock lost')
  await fine
  await nextTurn()
  await expect(settler.settle(message, 'abandon')).resolves.toBeUndefined()
})
