import type { RpcTypedData } from '../worker/protocol.ts'

/** Matches every text that JSON.parse takes, and a few more. */
const MAY_BE_JSON = /^\s*(?:["[{]|-?\d[\d.eE+-]*\s*$|(?:true|false|null)\s*$)/

/**
 * A text as trigger metadata. The library parses every text as JSON and keeps it as it is when that fails; what is
 * bound to fail is given as a JSON string at once, because the thrown error costs more than all the rest.
 */
export const toTextData = (text: string): RpcTypedData =>
  MAY_BE_JSON.test(text) ? { string: text } : { json: JSON.stringify(text) }
