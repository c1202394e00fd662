import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  configIds,
  configOf,
  createParamsOf,
  eventOf,
  listParamsOf,
  responseOfTen,
  sendParamsOf,
  sendResultOf,
  taskOf,
} from '../../../tests/fixtures/a2a-cases/arbitraries.ts'
import { Shape } from '../../contract/a2a/dialect.ts'
import { Operation } from '../../contract/a2a/operation.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { CARRIED, CARRIED_OF_1_0 } from './carried.ts'
import type { Legacy } from './legacy.ts'
import type { Way } from './translate-json.ts'
import { translateEvent, translateParams, translateResult } from './translate.ts'

const Case = z.object({
  name: z.string(),
  says: z.union([
    z.object({ params: Operation }),
    z.object({ result: Operation }),
    z.object({ event: z.literal(true) }),
  ]),
  '1.0': z.unknown().optional(),
  '0.3': z.unknown().optional(),
  '0.3-rest': z.unknown().optional(),
})
type Case = z.infer<typeof Case>

const file = new URL('../../../tests/fixtures/a2a-cases/transcripts.json', import.meta.url)
const cases = z.array(Case).parse(JSON.parse(readFileSync(file, 'utf8')))

const translate = ({ says }: Pick<Case, 'says'>, text: string, ...way: Way): string => {
  if ('params' in says) return translateParams(says.params, text, ...way)
  if ('result' in says) return translateResult(says.result, text, ...way)
  return translateEvent(text, ...way)
}

/** Members that mean the same whether they are there or not: the recorded servers differ in them. */
const SILENT = [
  'append:false',
  'lastChunk:false',
  'mediaType:"text/plain"',
  'returnImmediately:false',
  'blocking:true',
]

const meaning = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const members = Object.entries(value)
    return Object.fromEntries(
      members.filter(([key, member]) => !SILENT.includes(`${key}:${JSON.stringify(member)}`)),
    )
  })

const pairs = cases.flatMap((one) =>
  Shape.options.flatMap((from) =>
    Shape.options
      .filter((to) => to !== from && one[from] !== undefined && one[to] !== undefined)
      .map((to) => ({ title: `${one.name}, ${from} → ${to}`, one, from, to })),
  ),
)

describe('what the official libraries were recorded to say', () => {
  it.each(pairs)('$title', ({ one, from, to }) => {
    const translated = translate(one, JSON.stringify(one[from]), from, to)
    expect(meaning(translated)).toEqual(meaning(JSON.stringify(one[to])))
  })

  it('is covered for every pair of shapes', () => {
    expect(pairs.length).toBeGreaterThan(80)
  })
})

type Lossless = { name: string; says: Case['says']; value: (shape: Legacy) => fc.Arbitrary<unknown> }

const nothingLost: Lossless[] = [
  { name: 'events', says: { event: true }, value: eventOf },
  { name: 'results of send', says: { result: 'send' }, value: sendResultOf },
  { name: 'tasks', says: { result: 'get' }, value: taskOf },
  { name: 'configs', says: { result: 'push-get' }, value: configOf },
  { name: 'params of send', says: { params: 'send' }, value: sendParamsOf },
  { name: 'params of list', says: { params: 'list' }, value: listParamsOf },
  { name: 'params of push-create', says: { params: 'push-create' }, value: createParamsOf },
  { name: 'params of push-get', says: { params: 'push-get' }, value: () => configIds },
]

describe('the way through 1.0 and back', () => {
  const ways = nothingLost.flatMap((one) =>
    (['0.3', '0.3-rest'] as const).map((shape) => ({ ...one, shape, title: `${one.name} of ${shape}` })),
  )
  it.each(ways)('loses nothing of $title', ({ says, value, shape }) => {
    fc.assert(
      fc.property(value(shape), (original) => {
        const text = JSON.stringify(original)
        const back = translate({ says }, translate({ says }, text, shape, '1.0'), '1.0', shape)
        expect(JSON.parse(back)).toEqual(JSON.parse(text))
      }),
      { numRuns: 150 },
    )
  })

  it.each(['0.3', '0.3-rest'] as const)('loses nothing of 1.0 through %s but what says nothing', (shape) => {
    fc.assert(
      fc.property(responseOfTen, (original) => {
        const text = JSON.stringify(original)
        const back = translateEvent(translateEvent(text, '1.0', shape), shape, '1.0')
        expect(JSON.parse(back)).toEqual(JSON.parse(text))
      }),
      { numRuns: 150 },
    )
  })
})

/** The names of what a value carries for 1.0. */
const carriedIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(carriedIn)
  const packed = Object.entries(value).find(([name]) => name === CARRIED)?.[1]
  const names = z.object({ '1.0': z.record(z.string(), z.unknown()) }).safeParse(packed)
  return names.success ? [...Object.keys(names.data['1.0']), ...inside] : inside
}

describe('what 0.3 has no place for', () => {
  it('is the documented list of members', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(responseOfTen, fc.constantFrom('0.3', '0.3-rest'), (original, shape) => {
        const names = carriedIn(JSON.parse(translateEvent(JSON.stringify(original), '1.0', shape)))
        for (const name of names) seen.add(name)
        expect(names.filter((name) => !CARRIED_OF_1_0.has(name))).toEqual([])
      }),
      { numRuns: 300 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['mediaType', 'filename']))
  })
})

const failureOf = (act: () => unknown): A2aFailure => {
  try {
    act()
  } catch (error) {
    if (error instanceof A2aFailure) return error
    throw error
  }
  throw new Error('did not fail')
}

const message = (members: object): string =>
  JSON.stringify({ message: { kind: 'message', messageId: 'm', role: 'user', parts: [], ...members } })

describe('translation', () => {
  it('leaves a text of the same shape untouched, whatever it is', () => {
    expect(translateParams('send', '{ "n": 1.0 }', '0.3', '0.3')).toBe('{ "n": 1.0 }')
    expect(translateEvent('no json', '1.0', '1.0')).toBe('no json')
  })

  it('keeps the digits of long numbers', () => {
    const parts = [{ kind: 'data', data: { id: 0 } }]
    const text = message({ parts }).replace('"id":0', '"id":12345678901234567890')
    expect(translateParams('send', text, '0.3', '1.0')).toContain('{"data":{"id":12345678901234567890}}')
  })

  it.each([
    ['message.parts.0.kind', message({ parts: [{ kind: 'txt' }] })],
    ['message.role', message({ role: 'system' })],
    ['message.parts.0.file', message({ parts: [{ kind: 'file', file: {} }] })],
    ['message', '{}'],
    ['the value itself', '[]'],
    ['the value itself', '{'],
  ])('names %s when it is wrong in the params', (path, text) => {
    const { value } = failureOf(() => translateParams('send', text, '0.3', '1.0'))
    expect(value).toMatchObject({ code: -32602, reason: 'INVALID_PARAMS' })
    expect(value.message).toContain(`${path}: `)
  })

  it('says that the agent is wrong when its answer is', () => {
    const text = JSON.stringify({ kind: 'task', id: 't', contextId: 'c', status: { state: 'paused' } })
    const { value } = failureOf(() => translateEvent(text, '0.3', '1.0'))
    expect(value.reason).toBe('INVALID_AGENT_RESPONSE')
    expect(value.message).toContain('has it. status.state: ')
  })

  it('asks for exactly one content of a part of 1.0', () => {
    const parts = [{ text: 'a', url: 'b' }]
    const text = JSON.stringify({ message: { messageId: 'm', role: 'ROLE_USER', parts } })
    expect(failureOf(() => translateParams('send', text, '1.0', '0.3')).message).toContain(
      'message.parts.0: ',
    )
  })

  it('wraps data that is no object as the official libraries do', () => {
    const text = JSON.stringify({ message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ data: [1] }] } })
    expect(JSON.parse(translateEvent(text, '1.0', '0.3'))).toMatchObject({
      parts: [{ kind: 'data', data: { value: [1] }, metadata: { data_part_compat: true } }],
    })
  })

  it('tells 0.3 that nothing more comes when the task waits for its client', () => {
    const status = { state: 'TASK_STATE_INPUT_REQUIRED' }
    const text = JSON.stringify({ statusUpdate: { taskId: 't', contextId: 'c', status } })
    expect(JSON.parse(translateEvent(text, '1.0', '0.3'))).toMatchObject({ final: true })
  })

  it('takes an absent `blocking` of 0.3 REST as false, as ProtoJSON means it', () => {
    const text = JSON.stringify({ message: { messageId: 'm', role: 'ROLE_USER' }, configuration: {} })
    expect(JSON.parse(translateParams('send', text, '0.3-rest', '1.0'))).toMatchObject({
      configuration: { returnImmediately: true },
    })
  })

  it('reads a message that a server of 0.3 REST names as its schema does', () => {
    const text = JSON.stringify({ msg: { messageId: 'm', role: 'ROLE_AGENT', content: [] } })
    expect(JSON.parse(translateEvent(text, '0.3-rest', '1.0'))).toEqual({
      message: { messageId: 'm', role: 'ROLE_AGENT', parts: [] },
    })
  })

  it('lists configs as an object, an array, or an object of REST', () => {
    const config = { taskId: 't', id: 'c', url: 'https://x.example', authentication: { scheme: 'Bearer' } }
    const legacy = { id: 'c', url: 'https://x.example', authentication: { schemes: ['Bearer'] } }
    const text = JSON.stringify({ configs: [config] })
    expect(JSON.parse(translateResult('push-list', text, '1.0', '0.3'))).toEqual([
      { taskId: 't', pushNotificationConfig: legacy },
    ])
    const rest = translateResult('push-list', text, '1.0', '0.3-rest')
    expect(JSON.parse(rest)).toEqual({
      configs: [{ name: 'tasks/t/pushNotificationConfigs/c', pushNotificationConfig: legacy }],
    })
    expect(JSON.parse(translateResult('push-list', rest, '0.3-rest', '1.0'))).toEqual({ configs: [config] })
  })

  it('answers a deletion as each version does', () => {
    expect(translateResult('push-delete', '{}', '1.0', '0.3')).toBe('null')
    expect(translateResult('push-delete', 'null', '0.3', '1.0')).toBe('{}')
  })
})
