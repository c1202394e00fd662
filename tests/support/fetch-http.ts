import { EgressError, type SendHttp } from '../../shared/kernel/egress.ts'
import { tooLarge } from '../../shared/kernel/errors.ts'

/** Sends by the fetch of Node, without checks. */
export const fetchHttp: SendHttp = async ({ url, method, headers, body, signal, headTimeoutMs }) => {
  const late = AbortSignal.timeout(headTimeoutMs)
  const response = await fetch(url, {
    method,
    headers,
    body: (body as string | undefined) ?? null,
    redirect: 'manual',
    signal: AbortSignal.any([signal, late]),
  }).catch((cause: unknown) => {
    const code = ((cause as Error).cause as { code?: string } | undefined)?.code
    throw new EgressError(
      late.aborted ? 'timeout' : code === 'ECONNREFUSED' ? 'unreachable' : 'broken',
      'x',
      { cause },
    )
  })
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) yield chunk
    } catch (cause) {
      throw new EgressError('broken', 'The connection broke.', { cause })
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    body: bytes(),
    text: async (maxBytes) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes()) {
        chunks.push(chunk)
        if (Buffer.concat(chunks).length > maxBytes) throw tooLarge('too large')
      }
      return Buffer.concat(chunks).toString()
    },
  }
}
