import type { Heard } from '../clients/heard.ts'

/** What was heard, without what differs from call to call: ids. */
export const sketch = (heard: Heard): unknown => {
  switch (heard.kind) {
    case 'task': {
      const { state, text, artifacts, history } = heard
      return { task: state, text, artifacts, history }
    }
    case 'message':
      return { message: heard.parts }
    case 'status':
      return { status: heard.state, text: heard.text }
    case 'artifact': {
      const { parts, append, last } = heard
      return { artifact: parts, append, last }
    }
  }
}

/** What a stream said, to its end. */
export const sketchAll = async (events: AsyncIterable<Heard>): Promise<unknown[]> => {
  const seen: unknown[] = []
  for await (const event of events) seen.push(sketch(event))
  return seen
}
