import { expect, test } from 'vitest'
import { allowRule } from './allow-rule.ts'

const allows = (entry: string, host: string, port = '443'): boolean | undefined =>
  allowRule(entry)?.({ host, port })

test.each([
  ['agent.internal', 'agent.internal'],
  ['Agent.Internal', 'agent.internal'],
  ['*.internal', 'a.b.internal'],
  ['agent.internal:8443', 'agent.internal', '8443'],
  ['agent.internal:80', 'agent.internal', '80'],
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.1:80', '10.0.0.1', '80'],
  ['10.0.0.0/8', '10.200.0.1'],
  ['10.0.0.0/8', '::ffff:10.200.0.1'],
  ['::1', '::1'],
  ['0:0::1', '::1'],
  ['[::1]', '::1'],
  ['[::1]:8080', '::1', '8080'],
  ['fd00::/8', 'fd12::1'],
])('%s allows %s %s', (entry, host, port?: string) => {
  expect(allows(entry, host, port)).toBe(true)
})

test.each([
  ['agent.internal', 'an-agent.internal'],
  ['agent.internal', 'agent.internal.example'],
  ['*.internal', 'internal'],
  ['*.internal', 'evilinternal'],
  ['agent.internal:80', 'agent.internal', '8080'],
  ['agent.internal:443', 'agent.internal', '80'],
  ['10.0.0.1:80', '10.0.0.1', '81'],
  ['10.0.0.0/8', '11.0.0.1'],
  ['10.0.0.0/8', 'ten.internal'],
  ['::1', '::2'],
])('%s does not allow %s %s', (entry, host, port?: string) => {
  expect(allows(entry, host, port)).toBe(false)
})

test.each([
  '',
  '*',
  '*.',
  'a.*.internal',
  'https://agent.internal',
  'agent.internal/path',
  'user@agent.internal',
  'agent internal',
  '10.0.0.0/33',
  '10.0.0.0/x',
  'agent.internal/8',
  '1.2.3.4.5',
  '[::1',
])('%j is no entry', (entry) => {
  expect(allowRule(entry)).toBeUndefined()
})
