import type { Clock } from '../../kernel/clock.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'
import { ABORTED } from '../../kernel/aborted.ts'
import { withFirst } from './with-first.ts'

const tooLate = (seconds: number): A2aFailure =>
  a2aFailure(
    'TIMEOUT',
    `No answer came within ${seconds} s. The agent, or the deployment that hosts it, may be down or busy; look at /health there and try again.`,
  )

/**
 * The same items, once the first of them (or the end) is there.
 * @param alongside what must succeed too, such as sending the request; its failure is thrown.
 * @throws A2aFailure TIMEOUT when nothing comes within `ms`; whatever the items throw before the first one.
 */
export const awaitFirst = async <Item>(
  items: AsyncGenerator<Item, void, undefined>,
  { clock, ms, alongside }: { clock: Clock; ms: number; alongside?: Promise<unknown> },
): Promise<AsyncGenerator<Item, void, undefined>> => {
  const over = new AbortController()
  const first = items.next()
  first.catch(() => undefined)
  const refused = new Promise<never>((_resolve, reject) => void alongside?.catch(reject))
  try {
    const late = clock.sleep(ms, over.signal).then(() => 'late' as const)
    const winner = await Promise.race([first, late, refused])
    if (winner === 'late') throw tooLate(Math.round(ms / 1000))
    return withFirst(winner, items)
  } catch (error) {
    void items.return()
    throw error
  } finally {
    over.abort(ABORTED)
  }
}
