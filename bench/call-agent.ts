import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Milliseconds from the call to its first event and to the end of the answer. */
export type Times = { firstMs: number; allMs: number }

const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

const HEADERS = { 'content-type': 'application/json', 'a2a-version': '1.0' }

const bodyOf = (method: string, text: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] } },
  })

/** The agent says the text again, once in the history of the task and once in its artifact. */
const isWhole = (answer: string, text: string): boolean =>
  answer.includes('TASK_STATE_COMPLETED') && answer.split(text).length > 2

/**
 * A client of A2A without ceremony: makes one call of its own task, over a kept connection.
 * @throws when what comes is not the whole of this task, up to its end
 */
export const callAgent = (url: string, method: 'SendMessage' | 'SendStreamingMessage'): Promise<Times> =>
  new Promise((resolve, reject) => {
    const text = `echo ${randomUUID()}`
    const body = bodyOf(method, text)
    const headers = { ...HEADERS, 'content-length': Buffer.byteLength(body) }
    const startedAt = performance.now()
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      let firstMs: number | undefined
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        answer += chunk
        // Comments and the time to reconnect come before it.
        if (firstMs === undefined && answer.includes('data:')) firstMs = performance.now() - startedAt
      })
      response.on('error', reject)
      response.on('end', () => {
        const allMs = performance.now() - startedAt
        if (isWhole(answer, text)) resolve({ firstMs: firstMs ?? allMs, allMs })
        else reject(new Error(`${url} answered ${response.statusCode} with no whole task: ${answer}`))
      })
    })
    call.on('error', reject)
    call.end(body)
  })
