import { describe, expect, test } from 'vitest'
import { deploy, type Deployment } from './deploy.ts'
import { openParser } from './open-parser.ts'
import { readDeclarations } from './read-declarations.ts'
import type { Fields } from './value.ts'

const parse = await openParser()

const deployText = (texts: Record<string, string>, parameters: Fields = {}): Deployment => {
  const files = new Map(Object.entries(texts).map(([name, text]) => [name, readDeclarations(parse(text))]))
  const load = (path: string): Fields => ({ loaded: path })
  return deploy({ files, load }, 'main.bicep', parameters)
}

/** What a variable with this expression is worth, where `a` is 1 and `list` has two objects. */
const worth = (expression: string): unknown =>
  deployText({
    'main.bicep': `
      param a int = 1
      var list = [{ name: 'x', on: true }, { name: 'y', on: false }]
      output it string = ${expression}`,
  }).outputs['it']

describe('an expression', () => {
  test.each([
    ['-1', -1],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`'a\n'`, 'a\n'],
    ["'''\na'b'''", "\na'b"],
    ["{ b: a, 'c-d': null }", { b: 1, 'c-d': null }],
    ["'p-${a}-${list[0].name}'", 'p-1-x'],
    ["a == 1 ? 'yes' : 'no'", 'yes'],
    ["a > 1 ? 'yes' : a > 0 ? 'maybe' : 'no'", 'maybe'],
    ['!(a == 1) || a < 0', false],
    ["contains(['b'], 'b') && !empty(list)", true],
    ['union({ a: 1 }, a == 1 ? { b: 2 } : {})', { a: 1, b: 2 }],
    ["concat(['a'], ['b'])", ['a', 'b']],
    ['map(list, item => item.name)', ['x', 'y']],
    ['map(filter(list, item => item.on), item => { n: item.name })', [{ n: 'x' }]],
    ["[for (item, i) in list: '${i}${item.name}']", ['0x', '1y']],
    ["join(['a', 'b'], ',')", 'a,b'],
    ["null ?? 'b'", 'b'],
    ["loadJsonContent('a/b.json').loaded", 'a/b.json'],
    ["list[0].?nothing ?? 'c'", 'c'],
  ])('%s is worked out', (expression, expected) => {
    expect(worth(expression)).toEqual(expected)
  })

  test.each([
    ['resourceGroup().id', '${resourceGroup().id}'],
    ["'https://${resourceGroup().name}/x'", 'https://${resourceGroup().name}/x'],
    ["uniqueString(subscription().id, 'a')", '${uniqueString(subscription().id, "a")}'],
    ["empty(subscription().id) ? 'a' : 'b'", "${empty(subscription().id) ? 'a' : 'b'}"],
    ['a == 2 && empty(subscription().id)', false],
  ])('%s stays open as far as only Azure can know it', (expression, expected) => {
    expect(worth(expression)).toEqual(expected)
  })

  test.each([
    ['nothing', 'main.bicep: there is no nothing.'],
    ['nothing(1)', 'main.bicep: nothing(1): there is no function nothing.'],
    ['list[2]', 'main.bicep: list[2]: there is no item 2.'],
    ['list[0].nothing', 'main.bicep: list[0].nothing: there is no nothing.'],
  ])('%s is told as a mistake', (expression, message) => {
    expect(() => worth(expression)).toThrow(message)
  })
})

const MODULE = `
// A queue for each.
param names array
param prefix string = 'q'

resource namespace 'A/namespaces@2024-01-01' existing = {
  name: 'n'
}
// why it is so
resource queues 'A/namespaces/queues@2024-01-01' = [for name in names: {
  parent: namespace
  name: '\${prefix}-\${name}' // its name
}]
output first string = queues[0].name
output id string = namespace.id
`

test('modules, loops, conditions, parents and scopes are followed', () => {
  const { resources, modules, outputs } = deployText(
    {
      'main.bicep': `
        param on bool
        module bus 'modules/bus.bicep' = { name: 'bus', params: { names: ['a', 'b'] } }
        resource some 'S/ome@1' = [for item in [{ n: 'x', on: true }, { n: 'y', on: false }]: if (item.on) { name: item.n }]
        module more 'modules/bus.bicep' = if (on) { name: 'more', params: { names: [] } }
        resource role 'R/assignments@1' = if (!on) { scope: lock, name: bus.outputs.first }
        resource lock 'L/locks@2' = { name: bus.outputs.id }`,
      'modules/bus.bicep': MODULE,
    },
    { on: false },
  )
  expect(resources.map(({ type, names, isExisting }) => [type, names.join('/'), isExisting])).toEqual([
    ['S/ome', 'x', false],
    ['R/assignments', 'q-a', false],
    ['L/locks', '${namespace.id}', false],
    ['A/namespaces', 'n', true],
    ['A/namespaces/queues', 'n/q-a', false],
    ['A/namespaces/queues', 'n/q-b', false],
  ])
  expect(resources[1]?.scope).toEqual({ type: 'L/locks', names: ['${namespace.id}'] })
  expect(resources[4]).toMatchObject({ file: 'modules/bus.bicep', symbol: 'queues', version: '2024-01-01' })
  expect(resources[4]?.comments).toEqual(['// why it is so', '// its name'])
  expect(modules.map(({ file, parameters }) => [file, parameters])).toEqual([
    ['modules/bus.bicep', { names: ['a', 'b'] }],
  ])
  expect(outputs).toEqual({})
})

test('resources inside a resource are theirs', () => {
  const { resources } = deployText({
    'main.bicep': `
      resource namespace 'A/namespaces@2024-01-01' existing = {
        name: 'n'
        resource topic 'topics' existing = { name: 't' }
      }
      resource subscription 'A/namespaces/topics/subscriptions@2024-01-01' = {
        parent: namespace::topic
        name: namespace::topic.name
      }`,
  })
  expect(resources.map(({ type, version, names }) => `${type}@${version} ${names.join('/')}`)).toEqual([
    'A/namespaces@2024-01-01 n',
    'A/namespaces/topics@2024-01-01 n/t',
    'A/namespaces/topics/subscriptions@2024-01-01 n/t/t',
  ])
})

test('of what is not made nothing is known, and only a safe access may ask', () => {
  const deployMain = (expression: string): Deployment =>
    deployText({
      'main.bicep': `resource a 'b@1' = if (false) { name: 'a' }
        output url string = ${expression}`,
    })
  expect(deployMain("a.?properties.url ?? 'none'").outputs).toEqual({ url: 'none' })
  expect(() => deployMain('a.properties.url')).toThrow('there is no properties')
})

test.each([
  ['a parameter that is not there', 'params: { names: [], other: 1 }', 'there is no parameter other'],
  ['a parameter that is missing', 'params: {}', 'the parameter names is not given'],
])('%s is a mistake of the call', (_, call, message) => {
  const main = `module bus 'bus.bicep' = { name: 'bus', ${call} }`
  expect(() => deployText({ 'main.bicep': main, 'bus.bicep': MODULE })).toThrow(message)
})

test.each([
  ['int', '@minValue(1)', 0],
  ['int', '@maxValue(1)', 2],
  ['int', '', 'a'],
  ['string', '@maxLength(1)', 'ab'],
  ['string', '@minLength(1)', ''],
  ['string', "@allowed(['a'])", 'b'],
  ['bool', '', 'true'],
  ['array', '', {}],
])('a parameter of type %s %s cannot be %j', (type, decorator, value) => {
  const main = `${decorator}\nparam a ${type}\noutput b ${type} = a`
  expect(() => deployText({ 'main.bicep': main }, { a: value })).toThrow('the parameter a')
})

test.each([
  ['a name', 'var a = 1\nvar a = 2'],
  ['a key', 'output a object = { b: 1, b: 2 }'],
])('%s stands only once', (_, main) => {
  expect(() => deployText({ 'main.bicep': main })).toThrow('twice')
})

test('a condition that only Azure can decide is refused', () => {
  const main = `resource a 'b@1' = if (empty(subscription().id)) { name: 'a' }`
  expect(() => deployText({ 'main.bicep': main })).toThrow('the condition is not known')
})

test('a parameter has its decorators', () => {
  const { parameters, targetScope } = readDeclarations(
    parse(`targetScope = 'subscription'
      @description('How many.')
      @minValue(1)
      @allowed([1, 2])
      param a int = 1
      param b string?`),
  )
  expect(targetScope).toBe('subscription')
  expect(parameters.map(({ name, type, decorators }) => ({ name, type, decorators }))).toEqual([
    { name: 'a', type: 'int', decorators: { description: ['How many.'], minValue: [1], allowed: [[1, 2]] } },
    { name: 'b', type: 'string?', decorators: {} },
  ])
})

test('a text that is no Bicep is refused with the place', () => {
  expect(() => parse('param a string\nresource x {')).toThrow(/2:\d+/)
})
