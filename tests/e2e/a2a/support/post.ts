export type Answer = { status: number; type: string; headers: Headers; text: string; body: unknown }

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Posts JSON, as a client of 1.0 does; a text is sent as it is. */
export const post = async (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, headers: response.headers, text, body: readJson(text) }
}

/** A JSON-RPC request of 1.0. */
export const rpc = <Params>(method: string, params: Params, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

/** The params of a send of 1.0. */
export const sendParams = (text: string, messageId: string) => ({
  message: { messageId, role: 'ROLE_USER', parts: [{ text }] },
})
