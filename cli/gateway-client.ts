import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { ErrorBody } from '../shared/contract/error-body.ts'

/** Calls the gateway's HTTP interface. A refusal is thrown as an Error with the gateway's own words. */
export type GatewayClient = {
  call(method: string, path: string, body?: { json: unknown } | { bytes: Uint8Array }): Promise<unknown>
}

const Endpoints = z.object({ gateway: z.url() })

const findGateway = (): string => {
  const path = resolve('.local/endpoints.json')
  try {
    return Endpoints.parse(JSON.parse(readFileSync(path, 'utf8'))).gateway
  } catch {
    throw new Error(
      `No gateway is given and ${path} names none. Use --gateway URL, or start one with "npm start".`,
    )
  }
}

const describe = (status: number, body: unknown): string => {
  const parsed = ErrorBody.safeParse(body)
  return parsed.success
    ? `${parsed.data.error.message} (${status} ${parsed.data.error.code})`
    : `The gateway answered ${status}.`
}

/** The answer as JSON, where it is one. */
const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const toInit = (
  body: { json: unknown } | { bytes: Uint8Array } | undefined,
  headers: Record<string, string>,
): RequestInit => {
  if (body === undefined) return { headers }
  if ('bytes' in body) return { headers, body: Buffer.from(body.bytes) }
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body.json) }
}

export const createGatewayClient = (options: { gateway?: string; key?: string }): GatewayClient => {
  const base = (options.gateway ?? findGateway()).replace(/\/$/, '')
  const authorization: Record<string, string> =
    options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }
  return {
    call: async (method, path, body) => {
      const response = await fetch(`${base}${path}`, { method, ...toInit(body, authorization) }).catch(
        (cause: unknown) => {
          throw new Error(`No gateway answers at ${base}. Is it running, and is --gateway right?`, { cause })
        },
      )
      const answer = parse(await response.text())
      if (!response.ok) throw new Error(describe(response.status, answer))
      return answer
    },
  }
}
