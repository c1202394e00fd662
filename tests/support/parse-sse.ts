/** An event as a client sees it: HTML standard, 9.2.6 "Interpreting an event stream". */
export type ParsedEvent = { type: string; data: string; lastEventId: string }

export type ParsedStream = {
  events: ParsedEvent[]
  /** The id that a client sends when it comes back. */
  lastEventId: string
  retry: number | undefined
  comments: string[]
}

type Buffers = { data: string; type: string; id: string }

const readField = (line: string): [string, string] => {
  const colon = line.indexOf(':')
  if (colon === -1) return [line, '']
  const value = line.slice(colon + 1)
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value]
}

/** Parses a text/event-stream as the HTML standard tells, rule by rule; a block that no blank line ends is dropped. */
export const parseSse = (text: string): ParsedStream => {
  const parsed: ParsedStream = { events: [], lastEventId: '', retry: undefined, comments: [] }
  const buffers: Buffers = { data: '', type: '', id: '' }

  const dispatch = (): void => {
    parsed.lastEventId = buffers.id
    const { data, type } = buffers
    Object.assign(buffers, { data: '', type: '' })
    if (data !== '') {
      const event = { type: type === '' ? 'message' : type, data: data.replace(/\n$/, '') }
      parsed.events.push({ ...event, lastEventId: buffers.id })
    }
  }

  const process = (line: string): void => {
    if (line.startsWith(':')) {
      parsed.comments.push(line.slice(1))
      return
    }
    const [field, value] = readField(line)
    if (field === 'event') buffers.type = value
    else if (field === 'data') buffers.data += `${value}\n`
    else if (field === 'id' && !value.includes('\0')) buffers.id = value
    else if (field === 'retry' && /^[0-9]+$/.test(value)) parsed.retry = Number(value)
  }

  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  // What follows the last line break is not a line yet.
  for (const line of lines.slice(0, -1)) {
    if (line === '') dispatch()
    else process(line)
  }
  return parsed
}
