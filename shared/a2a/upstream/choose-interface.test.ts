import { expect, test } from 'vitest'
import type { A2aVersion, Binding } from '../../contract/a2a/dialect.ts'
import { chooseInterface, readPin } from './choose-interface.ts'
import type { CardInterface } from './read-card-facts.ts'

const at = (version: A2aVersion, binding: Binding): CardInterface => ({
  dialect: { version, binding },
  path: `/${version}/${binding}`,
})
const rpc10 = at('1.0', 'jsonrpc')
const rest10 = at('1.0', 'rest')
const rpc03 = at('0.3', 'jsonrpc')
const rest03 = at('0.3', 'rest')

test('an agent that has everything is spoken to as the client speaks', () => {
  for (const wanted of [rpc10, rest10, rpc03, rest03])
    expect(chooseInterface(wanted.dialect, [rest03, rpc03, rest10, rpc10], {})).toBe(wanted)
})

test('the same version counts more than the same binding, and 1.0 JSON-RPC serves everybody else', () => {
  expect(chooseInterface(rest03.dialect, [rest10, rpc03], {})).toBe(rpc03)
  expect(chooseInterface(rest03.dialect, [rest10, rpc10], {})).toBe(rpc10)
  expect(chooseInterface(rest10.dialect, [rest03, rpc03], {})).toBe(rpc03)
})

test('of two that are equally near the first of the card is taken', () => {
  const other = { ...rpc10, path: '/other' }
  expect(chooseInterface(rpc10.dialect, [other, rpc10], {})).toBe(other)
})

test('a pin decides, even against the card', () => {
  expect(chooseInterface(rpc10.dialect, [rpc10, rest03], { version: '0.3' })).toBe(rest03)
  expect(chooseInterface(rpc10.dialect, [rpc10, rest10], { binding: 'rest' })).toBe(rest10)
  expect(chooseInterface(rpc03.dialect, [rpc10], { version: '0.3' })).toEqual({
    ...rpc10,
    dialect: { version: '0.3', binding: 'jsonrpc' },
  })
})

test('0.2 and the seed are pins of 0.3', () => {
  expect(readPin({ protocol: { version: '0.2', binding: 'rest' } })).toEqual({
    version: '0.3',
    binding: 'rest',
  })
  expect(readPin({ protocol: { version: 'seed' } })).toEqual({ version: '0.3', binding: 'jsonrpc' })
  expect(readPin({})).toEqual({})
})
