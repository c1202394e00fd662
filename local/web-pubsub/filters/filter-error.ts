/** A filter that is not in the language; the message says where. */
export class FilterError extends Error {
  override name = 'FilterError'

  constructor(message: string, at: number) {
    super(`${message} (at character ${at + 1} of the filter)`)
  }
}
