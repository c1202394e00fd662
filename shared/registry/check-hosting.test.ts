import { describe, expect, test } from 'vitest'
import { readAgentTexts as read, SEED_REGISTRY as SEED } from '../../tests/support/read-agent-texts.ts'

describe('proxy-config.yaml agrees with the registry', () => {
  const problemsOf = (proxy: string): string[] =>
    read(SEED, proxy).problems.map(({ message }) => message.slice(message.indexOf('proxy-config.yaml')))

  test('when it lists what it hosts and names the filter of its subscription', () => {
    const proxy = `hostedAgents:\n  blog-agents: [writer]\nsubscriptions:\n  - { group: blog-agents, filter: "proxyId = 'here'" }\n`
    expect(problemsOf(proxy)).toEqual([])
    expect(problemsOf('proxy: { id: here }')).toEqual([])
  })

  test.each([
    [
      'an unknown agent',
      'hostedAgents:\n  blog-agents: [writer, nobody]',
      'line 2: hostedAgents.blog-agents.1 names "nobody"',
    ],
    [
      'an unknown agent behind an entry that was left out',
      'hostedAgents:\n  blog-agents: ["${NONE}", writer, nobody]',
      'line 2: hostedAgents.blog-agents.2 names "nobody"',
    ],
    [
      'another group',
      'hostedAgents:\n  other:\n    - writer',
      'line 3: hostedAgents.other.0 names "writer", which is in the group "blog-agents"',
    ],
    [
      'an agent of another deployment',
      'hostedAgents:\n  blog-agents:\n    - writer\n    - critic',
      'line 4: hostedAgents.blog-agents.1 names "critic", which "there" hosts',
    ],
    [
      'one that is not listed',
      'hostedAgents:\n  blog-agents: []',
      'line 2: hostedAgents.blog-agents does not name "writer"',
    ],
    [
      'an unknown group',
      `subscriptions:\n  - group: none\n    filter: "proxyId='here'"`,
      'line 2: subscriptions.0.group names the group "none"',
    ],
    [
      'another filter',
      `subscriptions:\n  - group: blog-agents\n    filter: "toAgent='x'"`,
      'line 3: subscriptions.0.filter is not what',
    ],
  ])('or the difference is a problem: %s', (_what, proxy, message) => {
    expect(problemsOf(proxy)).toEqual([expect.stringContaining(`proxy-config.yaml, ${message}`)])
  })
})
