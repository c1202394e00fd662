/**
 * The reason with which the gateway ends what nobody waits for any more. One for all: a controller that is aborted
 * without a reason makes an error with a stack each time.
 */
export const ABORTED = new DOMException('This operation was aborted', 'AbortError')
