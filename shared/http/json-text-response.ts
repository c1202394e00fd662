import type { GatewayResponse } from './gateway-response.ts'

/** An answer whose JSON is already text: what was stored goes out digit by digit. */
export const jsonTextResponse = (text: string): GatewayResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  text,
})
