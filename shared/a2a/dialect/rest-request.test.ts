import { describe, expect, it } from 'vitest'
import { paramsOfRest } from './params-of-rest.ts'
import { restRequest } from './rest-request.ts'

const wireOf = (...args: Parameters<typeof restRequest>): string => {
  const { method, path, query, body } = restRequest(...args)
  return `${method} ${path}${query === undefined ? '' : `?${query.toString()}`}${body === undefined ? '' : ` ${body}`}`
}

describe('an operation as a REST request', () => {
  it.each([
    ['send', '1.0', '{"message":{}}', 'POST /message:send {"message":{}}'],
    ['send', '0.3', '{ "message":{}}', 'POST /v1/message:send { "message":{}}'],
    ['stream', '1.0', '{}', 'POST /message:stream {}'],
    ['get', '1.0', '{"id":"t","historyLength":5}', 'GET /tasks/t?historyLength=5'],
    ['get', '0.3', '{"id":"t"}', 'GET /v1/tasks/t'],
    [
      'list',
      '1.0',
      '{"contextId":"a b","includeArtifacts":true}',
      'GET /tasks?contextId=a+b&includeArtifacts=true',
    ],
    ['cancel', '1.0', '{"id":"t"}', 'POST /tasks/t:cancel'],
    ['cancel', '1.0', '{"id":"t","metadata":{"a":1}}', 'POST /tasks/t:cancel {"metadata":{"a":1}}'],
    ['subscribe', '0.3', '{"id":"t"}', 'POST /v1/tasks/t:subscribe'],
    ['push-create', '1.0', '{"taskId":"t"}', 'POST /tasks/t/pushNotificationConfigs {"taskId":"t"}'],
    [
      'push-create',
      '0.3',
      '{"parent":"tasks/t"}',
      'POST /v1/tasks/t/pushNotificationConfigs {"parent":"tasks/t"}',
    ],
    ['push-get', '1.0', '{"taskId":"t","id":"c"}', 'GET /tasks/t/pushNotificationConfigs/c'],
    [
      'push-get',
      '0.3',
      '{"id":"t","pushNotificationConfigId":"c"}',
      'GET /v1/tasks/t/pushNotificationConfigs/c',
    ],
    ['push-list', '1.0', '{"taskId":"t","pageSize":2}', 'GET /tasks/t/pushNotificationConfigs?pageSize=2'],
    ['push-delete', '1.0', '{"taskId":"t","id":"c"}', 'DELETE /tasks/t/pushNotificationConfigs/c'],
    ['extended-card', '1.0', '{}', 'GET /extendedAgentCard'],
    ['extended-card', '0.3', '{}', 'GET /v1/card'],
  ] as const)('%s of %s', (...[operation, version, params, wire]) => {
    expect(wireOf(operation, version, params)).toBe(wire)
  })

  it('keeps an id within its segment of the path', () => {
    expect(wireOf('get', '1.0', '{"id":"../a?b#c"}')).toBe('GET /tasks/..%2Fa%3Fb%23c')
  })

  it.each(['{}', '{"id":""}', '{"id":7}', '{"id":"."}', '{"id":".."}'])('refuses the id of %s', (params) => {
    expect(() => restRequest('get', '1.0', params)).toThrow(/"id"/)
  })
})

const query = (text = ''): URLSearchParams => new URLSearchParams(text)

describe('the params of a REST request', () => {
  it('are the body as it is, where the body is the params', () => {
    expect(paramsOfRest('send', { query: query(), body: '{ "message": 1.0 }' }, '1.0')).toBe(
      '{ "message": 1.0 }',
    )
  })

  it.each([
    ['get', { id: 't', query: query('historyLength=0') }, '1.0', { id: 't', historyLength: 0 }],
    [
      'get',
      { id: 't', query: query('history_length=2&A2A-Version=1.0') },
      '0.3',
      { id: 't', historyLength: 2 },
    ],
    [
      'list',
      { query: query('pageSize=9&includeArtifacts=false&status=') },
      '1.0',
      { pageSize: 9, includeArtifacts: false },
    ],
    [
      'cancel',
      { id: 't', query: query(), body: '{"id":"other","metadata":{}}' },
      '1.0',
      { id: 't', metadata: {} },
    ],
    ['cancel', { id: 't', query: query(), body: '' }, '0.3', { id: 't' }],
    ['push-get', { id: 't', configId: 'c', query: query() }, '1.0', { taskId: 't', id: 'c' }],
    [
      'push-get',
      { id: 't', configId: 'c', query: query() },
      '0.3',
      { id: 't', pushNotificationConfigId: 'c' },
    ],
    ['push-create', { id: 't', query: query(), body: '{"url":"u"}' }, '1.0', { taskId: 't', url: 'u' }],
    [
      'push-create',
      { id: 't', query: query(), body: '{"pushNotificationConfig":{"url":"u"}}' },
      '0.3',
      { parent: 'tasks/t', config: { pushNotificationConfig: { url: 'u' } } },
    ],
    ['extended-card', { query: query() }, '0.3', {}],
  ] as const)('of %s %j in %s', (...[operation, parts, version, params]) => {
    expect(JSON.parse(paramsOfRest(operation, parts, version))).toEqual(params)
  })

  it.each(['historyLength=x', 'historyLength=-1', 'historyLength=1.5', 'historyLength=99999999999'])(
    'refuse the query %s',
    (text) => {
      expect(() => paramsOfRest('get', { id: 't', query: query(text) }, '1.0')).toThrow(
        /"historyLength" must be/,
      )
    },
  )

  it('refuse a flag that is neither true nor false', () => {
    const parts = { query: query('includeArtifacts=yes') }
    expect(() => paramsOfRest('list', parts, '1.0')).toThrow(/true or false/)
  })

  it.each(['[]', '{', '"text"'])('refuse the body %s', (body) => {
    expect(() => paramsOfRest('send', { query: query(), body }, '1.0')).toThrow(/JSON object/)
  })

  it('are what makes the same request again', () => {
    const params = paramsOfRest('get', { id: 'a/b', query: query('historyLength=3') }, '0.3')
    expect(wireOf('get', '0.3', params)).toBe('GET /v1/tasks/a%2Fb?historyLength=3')
  })
})
