import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { topologyOf } from '../../../shared/contract/topology.ts'
import { UsageError } from '../../service/run.ts'
import { DEFAULT_RULE } from '../rules/rule.ts'
import type { EmulatorFileInput } from './emulator-file.ts'
import { fromTopology } from './from-topology.ts'
import { parseConfig, readConfig } from './read-config.ts'
import { queueSettings, subscriptionSettings, topicSettings } from './settings-from-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'read-config-'))

type Namespace = EmulatorFileInput['UserConfig']['Namespaces'][0]

const file = (namespace: Omit<Namespace, 'Name'>): EmulatorFileInput => ({
  UserConfig: { Namespaces: [{ Name: 'sbemulatorns', ...namespace }], Logging: { Type: 'File' } },
})

const settings = (namespace: Omit<Namespace, 'Name'>) => parseConfig(file(namespace), 'config.json')

describe('the emulator file', () => {
  test('gives entities with what it states and the defaults of Azure', () => {
    const read = settings({
      Queues: [{ Name: 'q', Properties: { LockDuration: 'PT30S', MaxDeliveryCount: 3, ForwardTo: '' } }],
      Topics: [
        {
          Name: 't',
          Properties: { DefaultMessageTimeToLive: 'PT1H' },
          Subscriptions: [
            { Name: 's', Properties: { RequiresSession: true, ForwardDeadLetteredMessagesTo: 'q' } },
          ],
        },
      ],
    })
    expect(read).toEqual({
      name: 'sbemulatorns',
      queues: [{ ...queueSettings('q'), lockDurationMs: 30_000, maxDeliveryCount: 3 }],
      topics: [
        {
          settings: { ...topicSettings('t'), defaultTimeToLiveMs: 3_600_000 },
          subscriptions: [
            {
              settings: {
                ...subscriptionSettings('s'),
                requiresSession: true,
                forwardDeadLetteredMessagesTo: 'q',
              },
              rules: [DEFAULT_RULE],
            },
          ],
        },
      ],
    })
    expect(queueSettings('q')).toMatchObject({
      lockDurationMs: 60_000,
      maxDeliveryCount: 10,
      requiresSession: false,
    })
  })

  test('gives rules with typed constants', () => {
    const CorrelationFilter = {
      ContentType: 'application/json',
      Label: 'l',
      Properties: { n: 2, f: 0.5, b: true, s: 'x' },
    }
    const read = settings({
      Topics: [
        {
          Name: 't',
          Subscriptions: [
            {
              Name: 's',
              Rules: [
                { Name: 'c', Properties: { FilterType: 'Correlation', CorrelationFilter } },
                {
                  Name: 'q',
                  Properties: {
                    FilterType: 'Sql',
                    SqlFilter: { SqlExpression: 'a = 1' },
                    Action: { SqlExpression: 'SET b = 1' },
                  },
                },
              ],
            },
          ],
        },
      ],
    })
    expect(read.topics[0]?.subscriptions[0]?.rules).toEqual([
      {
        name: 'c',
        filter: {
          type: 'correlation',
          contentType: 'application/json',
          label: 'l',
          properties: {
            n: { type: 'int', value: '2' },
            f: { type: 'double', value: '0.5' },
            b: { type: 'boolean', value: 'true' },
            s: { type: 'string', value: 'x' },
          },
        },
      },
      { name: 'q', filter: { type: 'sql', expression: 'a = 1' }, action: { expression: 'SET b = 1' } },
    ])
  })

  test("may have comments and trailing commas, as Microsoft's sample has", () => {
    const path = join(directory, 'comments.json')
    writeFileSync(
      path,
      `{ // line
        "UserConfig": { /* block
        , ] */ "Namespaces": [{ "Name": "n", "Queues": [{ "Name": "a//b", }, // last
        ], }] } }`,
    )
    expect(readConfig(path).queues[0]?.name).toBe('a//b')
  })

  test('of the list of entities of the gateway is accepted', () => {
    const topology = topologyOf({ proxyId: 'local' })
    const read = parseConfig(fromTopology(topology), 'topology')
    expect(read.queues.map((queue) => queue.name)).toEqual(topology.queues.map((queue) => queue.name))
    expect(read.topics.map(({ subscriptions }) => subscriptions.map((entry) => entry.settings.name))).toEqual(
      topology.topics.map(({ subscriptions }) => subscriptions.map((subscription) => subscription.name)),
    )
  })

  test('of a subscription with a filter has a correlation rule', () => {
    const subscription = {
      name: 's',
      requiresSession: false,
      lockDuration: 'PT1M',
      maxDeliveryCount: 10,
      filter: { proxyId: 'p' },
    }
    const read = parseConfig(
      fromTopology({ queues: [], topics: [{ name: 't', subscriptions: [subscription] }] }),
      'x',
    )
    expect(read.topics[0]?.subscriptions[0]?.rules[0]?.filter).toEqual({
      type: 'correlation',
      properties: { proxyId: { type: 'string', value: 'p' } },
    })
  })
})

const queue = (
  Name: string,
  Properties: NonNullable<Namespace['Queues']>[number]['Properties'] = {},
): Namespace['Queues'] => [{ Name, Properties }]

const rule = (Properties: unknown): unknown => ({
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Topics: [{ Name: 't', Subscriptions: [{ Name: 's', Rules: [{ Name: 'r', Properties }] }] }],
      },
    ],
  },
})

describe('a wrong file is refused in one line that names the key', () => {
  test.each<[string, unknown, string]>([
    [
      'a duration',
      file({ Queues: queue('q', { LockDuration: '1m' }) }),
      'Queues[0].Properties.LockDuration: is not an ISO 8601 duration',
    ],
    [
      'a lock out of range',
      file({ Queues: queue('q', { LockDuration: 'PT6M' }) }),
      'LockDuration: is 360000 ms; it must be 5000 to 300000 ms',
    ],
    ['no deliveries', file({ Queues: queue('q', { MaxDeliveryCount: 0 }) }), 'MaxDeliveryCount: is 0'],
    [
      'a short window',
      file({ Queues: queue('q', { DuplicateDetectionHistoryTimeWindow: 'PT1S' }) }),
      'DuplicateDetectionHistoryTimeWindow',
    ],
    [
      'a forward to nothing',
      file({ Queues: queue('q', { ForwardTo: 'x' }) }),
      "Properties.ForwardTo: there is no queue or topic 'x'",
    ],
    [
      'a forward with sessions',
      file({ Queues: queue('q', { ForwardTo: 'q', RequiresSession: true }) }),
      'ForwardTo: an entity that requires sessions',
    ],
    ['a wrong name', file({ Queues: queue('q?') }), "Queues[0].Name: 'q?' is no valid name"],
    [
      'a name twice',
      file({ Queues: [{ Name: 'q' }, { Name: 'Q' }] }),
      "Queues[1].Name: 'Q' is already taken",
    ],
    [
      'a topic named as a queue',
      file({ Queues: [{ Name: 'q' }], Topics: [{ Name: 'Q' }] }),
      "Topics[0].Name: 'Q' is already a queue",
    ],
    [
      'an unknown key',
      {
        UserConfig: {
          Namespaces: [{ Name: 'n', Queues: [{ Name: 'q', Properties: { LockDurations: 'PT1M' } }] }],
        },
      },
      'UserConfig.Namespaces[0].Queues[0].Properties: Unrecognized key: "LockDurations"',
    ],
    [
      'a wrong type',
      {
        UserConfig: {
          Namespaces: [{ Name: 'n', Queues: [{ Name: 'q', Properties: { RequiresSession: 'yes' } }] }],
        },
      },
      'Properties.RequiresSession: Invalid input',
    ],
    [
      'two namespaces',
      { UserConfig: { Namespaces: [{ Name: 'a' }, { Name: 'b' }] } },
      'UserConfig.Namespaces',
    ],
    [
      'a filter without its type',
      rule({ SqlFilter: { SqlExpression: '1=1' } }),
      'Rules[0].Properties.FilterType',
    ],
    [
      'a filter of the other type',
      rule({ FilterType: 'Sql', CorrelationFilter: { Label: 'x' } }),
      'Rules[0].Properties.SqlFilter',
    ],
    [
      'a wrong expression',
      rule({ FilterType: 'Sql', SqlFilter: { SqlExpression: 'a =' } }),
      'Rules[0].Properties: Position 4: expected a value',
    ],
    [
      'an empty correlation filter',
      rule({ FilterType: 'Correlation', CorrelationFilter: {} }),
      'at least one property',
    ],
  ])('%s', (_name, json, reason) => {
    expect(() => parseConfig(json, 'config.json')).toThrow(UsageError)
    expect(() => parseConfig(json, 'config.json')).toThrow(/^config\.json: [^\n]+$/)
    expect(() => parseConfig(json, 'config.json')).toThrow(reason)
  })

  test('a file that is not there, or is no JSON', () => {
    expect(() => readConfig(join(directory, 'nothing.json'))).toThrow(/^cannot read .*nothing\.json: ENOENT/)
    const path = join(directory, 'no.json')
    writeFileSync(path, '{')
    expect(() => readConfig(path)).toThrow(/no\.json is not JSON/)
  })
})
