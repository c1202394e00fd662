/** One frame of a server-sent event stream. */
export type SseFrame = { id?: string; event?: string; retry?: number; data?: string; comment?: string }

const assertOneLine = (field: string, value: string): string => {
  if (/[\r\n\0]/.test(value)) throw new Error(`An SSE ${field} cannot contain a line break or NUL.`)
  return value
}

/**
 * Encodes a frame by the HTML standard (9.2.5): every line of data becomes a data field, so that CR, LF and CRLF
 * inside it come back as LF.
 * @throws Error when `id` or `event` contain a line break: it would forge fields.
 */
export const encodeSse = (frame: SseFrame): string => {
  let text = ''
  if (frame.comment !== undefined)
    text += frame.comment
      .split(/\r\n|\r|\n/)
      .map((line) => `: ${line}\n`)
      .join('')
  if (frame.retry !== undefined) text += `retry: ${frame.retry}\n`
  if (frame.event !== undefined) text += `event: ${assertOneLine('event name', frame.event)}\n`
  if (frame.id !== undefined) text += `id: ${assertOneLine('id', frame.id)}\n`
  if (frame.data !== undefined)
    text += frame.data
      .split(/\r\n|\r|\n/)
      .map((line) => `data: ${line}\n`)
      .join('')
  return `${text}\n`
}
