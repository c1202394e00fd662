import { Bell } from '../../contract/bell.ts'
import { streamGroup } from '../../kernel/ids.ts'
import type { StreamBell } from '../../streams/bell.ts'
import type { Link } from './open-link.ts'

/** The bell of streams over Web PubSub: one group a stream. What is not a bell is not heard. */
export const createStreamBell = (link: Link): StreamBell => ({
  ring: (bell) => link.send(streamGroup(bell.stream), bell),
  listen: (stream, listener) =>
    link.listen(streamGroup(stream), {
      onGap: listener.onGap,
      onMessage: (data) => {
        const parsed = Bell.safeParse(data)
        if (parsed.success) listener.onBell(parsed.data)
      },
    }),
})
