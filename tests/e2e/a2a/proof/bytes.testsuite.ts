import { describe, expect, test } from 'vitest'
import { post } from '../support/post.ts'
import { agentId, places } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

/** JSON that nobody would write again as it is: white space, escapes, and numbers that a double does not hold. */
const ODD = String.raw`{ "z":12345678901234567890 , "a" : -1.50E+2,"text":"\u00e9\ud83d\ude00\/é", "z2":[ ]}`

type Dialect = {
  name: string
  version: string
  extensions: string
  params: string
  result: string
  /** Below the agent: of a send, and of a stream. */
  paths: readonly [send: string, stream: string]
  methods?: readonly [send: string, stream: string]
}

const v10 = {
  version: '1.0',
  extensions: 'a2a-extensions',
  params: `{\n\t"metadata":${ODD} ,"message":{"parts":[ {"text":"x"} ],"role":"ROLE_USER","messageId":"m"}\r\n}`,
  result: `{ "message":{"role":"ROLE_AGENT", "metadata":${ODD},"messageId":"r","parts":[ {"text":"y"}]} }`,
}
const v03 = { version: '', extensions: 'x-a2a-extensions' }
const rest = ['/v1/message:send', '/v1/message:stream'] as const

const newRpc: Dialect = {
  name: '1.0 JSON-RPC',
  ...v10,
  paths: ['', ''],
  methods: ['SendMessage', 'SendStreamingMessage'],
}
const oldRpc: Dialect = {
  name: '0.3 JSON-RPC',
  ...v03,
  params: `{ "metadata":${ODD},"message":{"parts":[{"text":"x" ,"kind":"text"}],"role":"user","messageId":"m","kind":"message"}}`,
  result: `{"role":"agent","kind":"message", "metadata":${ODD},"messageId":"r","parts":[ {"text":"y","kind":"text"}]}`,
  paths: ['', ''],
  methods: ['message/send', 'message/stream'],
}

const dialects: readonly Dialect[] = [
  newRpc,
  { name: '1.0 REST', ...v10, paths: rest },
  oldRpc,
  {
    name: '0.3 REST',
    ...v03,
    params: `{ "metadata":${ODD},"message":{"content":[{"text":"x" }],"role":"ROLE_USER","messageId":"m"}}`,
    result: `{ "message":{"role":"ROLE_AGENT","metadata":${ODD},"messageId":"r","content":[ {"text":"y"}]} }`,
    paths: rest,
  },
]

/** Ids of JSON-RPC as they may be written; '' is none. */
const ids = ['"a\\u0062"', '7', '12345678901234567890', 'null', ''] as const

const inRpc = (id: string, rest: string): string =>
  `{"jsonrpc":"2.0",${id === '' ? '' : `"id":${id},`}${rest}}`

const EXTENSION = 'https://example.com/ext/v1'

/** What client and agent write in the same dialect passes as it was written, with the extensions that the agent names. */
export const testBytes = (deployments: () => Deployments): void => {
  describe.for(places)('an agent that is hosted %s', (place) => {
    const send = (
      { paths, methods, params, version, extensions }: Dialect,
      way: 'send' | 'stream',
      id = '1',
    ) => {
      const which = way === 'send' ? 0 : 1
      const url = `${deployments().a.url}/agents/${agentId('exact', place)}${paths[which]}`
      const body = methods ? inRpc(id, `"params": ${params} ,"method":"${methods[which]}"`) : params
      return post(url, body, { 'a2a-version': version, [extensions]: EXTENSION })
    }
    const received = ({ methods, params, paths }: Dialect): string[] =>
      methods
        ? methods.map((method) => `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`)
        : paths.map(() => params)

    test.for(dialects)('a send of $name, whole or streamed, byte for byte', async (dialect) => {
      const { exact } = deployments().agents
      for (const streamed of [false, true]) {
        exact.say(dialect.result, { streamed })
        const { text, headers } = await send(dialect, 'send')
        expect(text).toBe(
          dialect.methods ? `{"jsonrpc":"2.0","id":1,"result":${dialect.result}}` : dialect.result,
        )
        expect(received(dialect)).toContain(exact.bodies.at(-1))
        expect(headers.get(dialect.extensions)).toBe(EXTENSION)
      }
    })

    test.for(dialects)('a stream of $name, byte for byte', async (dialect) => {
      const { exact } = deployments().agents
      exact.say(dialect.result, { streamed: true })
      const { text, headers } = await send(dialect, 'stream')
      const [, data] = /^data: (.*)$/m.exec(text) ?? []
      expect(data).toBe(
        dialect.methods ? `{"jsonrpc":"2.0","id":1,"result":${dialect.result}}` : dialect.result,
      )
      expect(received(dialect)).toContain(exact.bodies.at(-1))
      expect(headers.get(dialect.extensions)).toBe(EXTENSION)
    })

    test('an agent of the seed gets the JSON-RPC, and the credentials, that its client sent', async () => {
      const { a, agents } = deployments()
      const { params, result } = oldRpc
      agents.exact.say(result, { streamed: false })
      const body = `{"jsonrpc":"2.0","id":"from the client","method":"message/send","params":${params}}`
      const url = `${a.url}/agents/${agentId('seed', place)}/v1/messages:send`
      const { text } = await post(url, body, {
        'a2a-version': '',
        authorization: 'Bearer of-the-gateway',
        'x-agent-authorization': 'Bearer of-the-caller',
      })
      expect(agents.exact.bodies.at(-1)).toBe(body)
      expect(agents.exact.authorizations.at(-1)).toBe('Bearer of-the-caller')
      expect(text).toBe(`{"jsonrpc":"2.0","id":"from the client","result":${result}}`)
    })

    test('ids of JSON-RPC come back as they were written', async () => {
      deployments().agents.exact.say(newRpc.result, { streamed: false })
      for (const id of ids) {
        const { text } = await send(newRpc, 'send', id)
        expect(text).toBe(inRpc(id || 'null', `"result":${newRpc.result}`))
      }
    })
  })
}
