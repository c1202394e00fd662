/** Whether a client asked for JSON rather than for an event stream (what EventSource and a bare curl get). */
export const wantsJson = (headers: Headers): boolean => {
  const accept = headers.get('accept') ?? ''
  return /\bapplication\/json\b/i.test(accept) && !/\btext\/event-stream\b/i.test(accept)
}
