import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAgentTexts as read, SEED_REGISTRY as SEED } from '../../tests/support/read-agent-texts.ts'
import type { Agent } from './agent.ts'
import type { FileAgents } from './load-files.ts'

const idsOf = ({ agents }: FileAgents): string[] | undefined => agents?.map(({ id }) => id)

test('without the file there are no agents and no problems', () => {
  expect(read()).toEqual({ agents: [], problems: [] })
})

test('the keys of the seed are read; what is left out has its default', () => {
  const shared = {
    origin: 'file',
    reach: 'a2a',
    group: 'blog-agents',
    basePath: '',
    auth: { type: 'none' },
    timeoutSeconds: 30,
    cardSignatures: 'drop',
    messageIdIsKey: false,
    strictCard: false,
    status: 'unknown',
  }
  expect(read(SEED)).toEqual({
    agents: [
      {
        ...shared,
        id: 'writer',
        fqdn: 'writer.example:8080',
        scheme: 'https',
        proxyId: 'here',
        healthEndpoint: '/healthz',
        agentCardEndpoint: '/card.json',
        capabilities: ['writing'],
        a2aCapabilities: { streaming: true },
      },
      {
        ...shared,
        id: 'critic',
        fqdn: 'localhost:8081',
        scheme: 'http',
        proxyId: 'there',
        healthEndpoint: '/health',
        agentCardEndpoint: '/.well-known/agent.json',
        capabilities: [],
        a2aCapabilities: {},
      },
    ],
    problems: [],
  })
})

const withMembers = (members: string): string => `groups:
  g:
    agents:
      - id: a
        fqdn: a.example
        proxyId: here
${members
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
`

const agentWith = (members: string, env?: Record<string, string>): Agent | undefined =>
  read(withMembers(members), undefined, env).agents?.[0]

describe('our own keys', () => {
  test('say how the agent is called', () => {
    const members = [
      'name: A',
      'description: Does a.',
      'scheme: http',
      'basePath: /api/a',
      'timeout: 5',
      'cardSignatures: resign',
      'messageIdIsKey: true',
      'strictCard: true',
    ]
    expect(agentWith(members.join('\n'))).toMatchObject({
      name: 'A',
      description: 'Does a.',
      scheme: 'http',
      basePath: '/api/a',
      timeoutSeconds: 5,
      cardSignatures: 'resign',
      messageIdIsKey: true,
      strictCard: true,
    })
  })

  test.each([
    ['1.0', '1.0'],
    ['"1.0"', '1.0'],
    ['0.3', '0.3'],
    ['0.2', '0.2'],
    ['seed', 'seed'],
  ])('pin version %s, quoted or not', (written, version) => {
    expect(agentWith(`protocol: { version: ${written}, binding: rest }`)?.protocol).toEqual({
      version,
      binding: 'rest',
    })
    expect(agentWith(`protocol: { version: ${written} }`)?.protocol).toEqual({ version })
  })

  test.each([
    ['{ type: bearer, token: "${TOKEN}" }', { type: 'bearer', token: 's3cret' }],
    [
      '{ type: apiKey, value: "${TOKEN}" }',
      { type: 'apiKey', in: 'header', name: 'X-API-Key', value: 's3cret' },
    ],
    [
      '{ type: apiKey, in: query, name: key, value: k }',
      { type: 'apiKey', in: 'query', name: 'key', value: 'k' },
    ],
    [
      '{ type: oauth2, tokenUrl: "https://id.example/token", clientId: me, clientSecret: "${TOKEN}" }',
      {
        type: 'oauth2',
        tokenUrl: 'https://id.example/token',
        clientId: 'me',
        clientSecret: 's3cret',
        scopes: [],
      },
    ],
    ['{ type: entra, scope: "api://a/.default" }', { type: 'entra', scope: 'api://a/.default' }],
    ['{ type: passthrough }', { type: 'passthrough' }],
    ['{ type: none }', { type: 'none' }],
  ])('give auth %s', (written, auth) => {
    expect(agentWith(`auth: ${written}`, { TOKEN: 's3cret' })?.auth).toEqual(auth)
  })
})

const entry = (id: string, rest = ''): string =>
  `      - { id: ${id}, fqdn: x.example, proxyId: here${rest} }\n`

describe('a bad entry is left out, and its problem names file, line and key', () => {
  const around = (bad: string): string =>
    `groups:\n  g:\n    agents:\n${entry('first')}${bad}${entry('last')}`

  test.each([
    ['an unknown key', entry('bad', ', auht: { type: none }'), ['auht', 'no such setting']],
    ['a missing fqdn', '      - { id: bad, proxyId: here }\n', ['fqdn', 'expected string']],
    ['a missing proxyId', '      - { id: bad, fqdn: bad.example }\n', ['proxyId', 'expected string']],
    ['an id with a slash', entry('"a/b"'), ['id', 'can stand in a URL']],
    [
      'an id that is a dot',
      '      - { id: "..", fqdn: bad.example, proxyId: here }\n',
      ['id', 'can stand in a URL'],
    ],
    ['an id that is there already', entry('first'), ['id', 'an earlier agent has the id "first"']],
    [
      'an fqdn with a scheme',
      '      - { id: bad, fqdn: "http://bad", proxyId: here }\n',
      ['fqdn', 'must be a host'],
    ],
    ['an fqdn with a path', '      - { id: bad, fqdn: bad/x, proxyId: here }\n', ['fqdn', 'must be a host']],
    ['a path to another host', entry('bad', ', healthEndpoint: //evil/x'), ['healthEndpoint', 'one "/"']],
    [
      'a base path that ends in a slash',
      entry('bad', ', basePath: /x/'),
      ['basePath', 'without one at its end'],
    ],
    ['an unknown version', entry('bad', ', protocol: { version: 2.0 }'), ['protocol.version', '"0.3"']],
    [
      'a secret of two lines',
      entry('bad', ', auth: { type: bearer, token: "a\\nb" }'),
      ['auth.token', 'one line'],
    ],
    [
      'a token service without TLS',
      entry('bad', ', auth: { type: oauth2, tokenUrl: "http://x", clientId: i, clientSecret: s }'),
      ['auth.tokenUrl', 'https'],
    ],
    [
      'an undefined variable',
      entry('bad', ', auth: { type: bearer, token: "${NOT_SET}" }'),
      ['auth.token', 'NOT_SET'],
    ],
  ])('%s', (_what, bad, [key, rule]) => {
    const files = read(around(bad))
    expect(idsOf(files)).toEqual(['first', 'last'])
    expect(files.problems).toHaveLength(1)
    expect(files.problems[0]?.setting).toBe(`groups.g.agents.1.${key}`)
    expect(files.problems[0]?.message).toMatch(/agent-registry\.yaml, line 5: /)
    expect(files.problems[0]?.message).toContain(rule)
  })

  test('also where others were left out before it', () => {
    const files = read(
      `groups:\n  g:\n    agents:\n${entry('"${NONE}"')}${entry('bad', ', x: 1')}${entry('a')}${entry('worse', ', y: 1')}${entry('a')}`,
    )
    expect(idsOf(files)).toEqual(['a'])
    const lines = files.problems.map(({ message }) => /line (\d+)/.exec(message)?.[1])
    expect(lines).toEqual(['4', '5', '7', '8'])
    expect(files.problems.map(({ setting }) => setting)).toEqual([
      expect.stringMatching(/^groups\.g\.agents\.0\./),
      'groups.g.agents.1.x',
      'groups.g.agents.3.y',
      'groups.g.agents.4.id',
    ])
  })

  test('never with the secret in its message', () => {
    const files = read(withMembers('auth: { type: bearer, token: "${TOKEN}" }'), undefined, {
      TOKEN: 's3c\nret',
    })
    expect(files.agents).toEqual([])
    expect(JSON.stringify(files.problems)).not.toContain('s3c')
  })
})

test('of a file that is no YAML nothing is known but the line of the error', () => {
  const files = read('groups:\n  g: [\n')
  expect(files.agents).toBeUndefined()
  expect(files.problems).toMatchObject([
    { setting: 'agent-registry.yaml', message: expect.stringMatching(/line \d/) },
  ])
})

test('whatever the files hold, reading them never throws', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const agent = fc.dictionary(
    fc.constantFrom('id', 'fqdn', 'proxyId', 'auth', 'protocol', 'x'),
    fc.oneof(leaf, fc.object()),
  )
  const groups = fc.dictionary(
    fc.string(),
    fc.oneof(leaf, fc.record({ agents: fc.array(fc.oneof(agent, leaf)) })),
  )
  const file = fc.record({ groups: fc.oneof(groups, leaf), version: leaf }, { requiredKeys: [] })
  fc.assert(
    fc.property(file, file, (registry, proxy) => {
      const { agents } = read(
        JSON.stringify(registry),
        JSON.stringify({ ...proxy, hostedAgents: registry.groups }),
      )
      for (const { id } of agents ?? []) expect(encodeURIComponent(id)).toBe(id)
    }),
    { numRuns: 200 },
  )
})
