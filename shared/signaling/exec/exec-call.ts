/** A call of an agent; `params` is JSON text and goes byte for byte. */
export type ExecCall = {
  method: string
  params: string
  headers: Readonly<Record<string, string>>
  stream: boolean
  timeoutMs: number
}
