import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'

/** Does the work of a delivery, or answers what it answered when the same came before. */
export type OncePerDelivery<Answer> = (key: string, work: () => Promise<Answer>) => Promise<Answer>

/** As long as the service may try an event again: its time limit is 100 s, its pauses are 1, 3 and 5 s. */
const REMEMBERED_MS = 120_000
/** Several seconds of a busy instance. */
const MAX_DELIVERIES = 4096

/**
 * Makes deliveries that come twice one, within this process: the service repeats an event whose answer it did not see.
 * A failure is not remembered, since an event is repeated so that it is tried again.
 */
export const rememberDeliveries = <Answer>({ clock }: { clock: Clock }): OncePerDelivery<Answer> => {
  const deliveries = new BoundedMap<string, { at: number; answer: Promise<Answer> }>(MAX_DELIVERIES)

  const forgetOld = (): void => {
    for (const [key, { at }] of deliveries) {
      if (clock.now() - at < REMEMBERED_MS) return
      deliveries.delete(key)
    }
  }

  return (key, work) => {
    forgetOld()
    const known = deliveries.get(key)
    if (known !== undefined) return known.answer
    const answer = work()
    const delivery = { at: clock.now(), answer }
    deliveries.set(key, delivery)
    answer.catch(() => {
      if (deliveries.get(key) === delivery) deliveries.delete(key)
    })
    return answer
  }
}
