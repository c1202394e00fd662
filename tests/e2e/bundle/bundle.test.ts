import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { measureParts } from '../../../build/measure-parts.ts'
import {
  indexFunctions,
  type FunctionIndex,
} from '../../../local/functions-host/functions/index-functions.ts'
import { createRouteTable } from '../../../local/functions-host/routing/route-table.ts'
import { readHostSettings } from '../../../local/functions-host/settings/read-host-settings.ts'
import { createSettings } from '../../../local/functions-host/settings/resolve-setting.ts'
import { answers } from './answers.ts'
import { describeApp } from './describe-app.ts'
import { markEvaluated } from './mark-evaluated.ts'

const MAX_BYTES = 3 * 1024 * 1024

const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
const app = join(folder, 'plain/app')
const marked = join(folder, 'marked/app')
let metafile: Metafile
let index: FunctionIndex
/** What the app logged while it was loaded without any setting. */
let log: unknown[]
/** The npm packages of which something is evaluated while the app is loaded. */
let evaluated: Set<string>

const packageOf = (path: string): string => {
  const name = path.split('node_modules/').at(-1) ?? ''
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

beforeAll(async () => {
  ;({ metafile } = await bundle({ outDir: app }))
  await bundle({ outDir: marked, plugins: [markEvaluated] })
  const described = await describeApp(app)
  log = described.log
  const { routePrefix } = readHostSettings(app, {}).extensions.http
  index = indexFunctions(described.functions, { routePrefix, settings: createSettings({}) })
  const modules = (await describeApp(marked)).evaluated ?? []
  evaluated = new Set(modules.filter((path) => path.includes('node_modules/')).map(packageOf))
})

afterAll(() => rmSync(folder, { recursive: true }))

test('the app registers exactly these functions, and Azure would start all of them', () => {
  expect(index.errors).toEqual([])
  expect(index.disabled).toEqual([])
  expect(index.functions.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'http a2a_agents_list',
    'http a2a_card',
    'http a2a_card_legacy',
    'http a2a_json_rpc',
    'http a2a_origin_api_catalog',
    'http a2a_origin_card',
    'http a2a_origin_card_legacy',
    'http a2a_origin_json_rpc',
    'http a2a_origin_jwks',
    'timer a2a_probe_agents',
    'serviceBus a2a_push_deliver',
    'http a2a_push_receive',
    'serviceBus a2a_requests',
    'serviceBus a2a_responses',
    'http a2a_rest_cancel',
    'http a2a_rest_extended_card',
    'http a2a_rest_extended_card_legacy',
    'http a2a_rest_list',
    'http a2a_rest_push_create',
    'http a2a_rest_push_delete',
    'http a2a_rest_push_get',
    'http a2a_rest_push_list',
    'http a2a_rest_send',
    'http a2a_rest_stream',
    'http a2a_rest_subscribe',
    'http a2a_rest_task',
    'http a2a_seed_cancel',
    'http a2a_seed_get',
    'http a2a_seed_legacy_send',
    'http a2a_seed_resubscribe',
    'http a2a_seed_send',
    'http a2a_seed_stream',
    'http a2a_upstream_card',
    'http events_final',
    'serviceBus events_ingest',
    'http events_negotiate',
    'http events_stream',
    'http operations_agents_list',
    'http operations_agents_put',
    'http operations_agents_refresh',
    'http operations_agent_remove',
    'http operations_agent_show',
    'serviceBus operations_dead_a2a_requests',
    'serviceBus operations_dead_a2a_responses',
    'serviceBus operations_dead_events',
    'http operations_dead_letters_list',
    'http operations_dead_letters_purge_all',
    'http operations_dead_letters_redrive_all',
    'http operations_dead_letter_edit',
    'http operations_dead_letter_purge',
    'http operations_dead_letter_redrive',
    'http operations_dead_letter_show',
    'serviceBus operations_dead_notifications',
    'serviceBus operations_dead_sweeps',
    'serviceBus operations_dead_timeouts',
    'http operations_health',
    'serviceBus operations_sweep',
    'timer operations_sweep_timer',
    'timer signaling_cleanup',
    'http signaling_hub_events',
    'http signaling_negotiate',
    'serviceBus signaling_timeouts',
    'http signaling_upgrade',
    'http unmatched_preflight',
  ])
})

test('a follower registers all of them but those that read the agent events', async () => {
  const follower = join(folder, 'follower/app')
  cpSync(app, follower, { recursive: true })
  writeFileSync(join(follower, 'workspace/proxy-config.yaml'), 'proxy: { role: follower }')
  const { functions } = await describeApp(follower)
  const names = new Set(functions.map(({ name }) => name))
  expect(index.functions.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([
    'events_ingest',
    'operations_dead_events',
  ])
})

test('the routes stand in the order in which Azure tries them', () => {
  const { entries } = createRouteTable(index.routes)
  expect(entries.map(({ methods, template }) => `${methods.join(' ')} ${template.text}`)).toEqual([
    'GET agents',
    'GET agents/{agent_id}/.well-known/agent-card.json',
    'GET agents/{agent_id}/.well-known/agent.json',
    'POST agents/{agent_id}',
    'GET .well-known/api-catalog',
    'GET .well-known/agent-card.json',
    'GET .well-known/agent.json',
    'POST ',
    'GET .well-known/jwks.json',
    'POST agents/{agent_id}/notifications/{callback_id}',
    'POST agents/{agent_id}/v1/tasks/{task_id}:cancel',
    'GET agents/{agent_id}/v1/extendedAgentCard',
    'GET agents/{agent_id}/v1/card',
    'GET agents/{agent_id}/v1/tasks',
    'POST agents/{agent_id}/v1/tasks/{task_id}/pushNotificationConfigs',
    'DELETE agents/{agent_id}/v1/tasks/{task_id}/pushNotificationConfigs/{config_id}',
    'GET agents/{agent_id}/v1/tasks/{task_id}/pushNotificationConfigs/{config_id}',
    'GET agents/{agent_id}/v1/tasks/{task_id}/pushNotificationConfigs',
    'POST agents/{agent_id}/v1/message:send',
    'POST agents/{agent_id}/v1/message:stream',
    'GET POST agents/{agent_id}/v1/tasks/{task_id}:subscribe',
    'GET agents/{agent_id}/v1/tasks/{task_id}',
    'POST agents/{agent_id}/v1/tasks:cancel',
    'GET agents/{agent_id}/v1/tasks:get',
    'POST v1/messages:send',
    'POST agents/{agent_id}/v1/tasks:resubscribe',
    'POST agents/{agent_id}/v1/messages:send',
    'POST agents/{agent_id}/v1/messages:stream',
    'GET agents/{agent_id}/upstream-card.json',
    'GET final/{task_id}',
    'GET stream/{task_id}/negotiate',
    'GET stream/{task_id}',
    'GET v1/admin/agents',
    'POST v1/admin/agents',
    'POST v1/admin/agents:refresh',
    'DELETE v1/admin/agents/{agent_id}',
    'GET v1/admin/agents/{agent_id}',
    'GET v1/admin/dead-letters',
    'POST v1/admin/dead-letters:purge',
    'POST v1/admin/dead-letters:redrive',
    'PUT v1/admin/dead-letters/{key}/body',
    'DELETE v1/admin/dead-letters/{key}',
    'POST v1/admin/dead-letters/{key}:redrive',
    'GET v1/admin/dead-letters/{key}',
    'GET health',
    'OPTIONS POST ws/events/{event}',
    'POST ws/negotiate',
    'GET ws',
    'OPTIONS {*path}',
  ])
})

test.each(answers)('%s is answered by %s', (line, name) => {
  const [method = '', path = ''] = line.split(' ')
  expect(createRouteTable(index.routes).find(method, path)?.entry.functionName).toBe(name)
})

test('the deployable is complete: the bundle, host.json, the workspace and a package.json that names it', () => {
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name).toSorted()).toEqual([
    'agent-registry.yaml',
    'host.json',
    'main.cjs',
    'main.cjs.map',
    'package.json',
    'proxy-config.yaml',
  ])
  expect(JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))).toEqual({
    name: 'agent-gateway',
    version: expect.any(String),
    main: 'main.cjs',
  })
})

test.each([
  'AZURE_SERVICE_BUS_CONNECTION_STRING',
  'AzureWebJobsStorage',
  'WEB_PUBSUB_CONNECTION_STRING',
  'AGENT_GATEWAY_SECRET_KEY',
])('at start the missing setting %s is named with its remedy', (setting) => {
  const message = `${setting} is not set.`
  const remedy = expect.stringContaining(`Set ${setting} to`)
  expect(log).toContainEqual(expect.objectContaining({ level: 'error', setting, message, remedy }))
})

test('only the core API of the worker is taken from outside the bundle', () => {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const external = imports.filter(({ external }) => external).map(({ path }) => path)
  expect([...new Set(external)].filter((path) => !isBuiltin(path))).toEqual(['@azure/functions-core'])
})

test('the bundle is at most 3 MB, and its parts are known', () => {
  expect(statSync(join(app, 'main.cjs')).size).toBeLessThanOrEqual(MAX_BYTES)
  const parts = measureParts(metafile).map(({ part }) => part)
  expect(parts).toEqual(expect.arrayContaining(['functions', 'shared/streams', '@azure/functions', 'zod']))
})

test('what only some instances need is not evaluated at load: credentials and blobs', () => {
  expect(evaluated).toContain('@azure/functions')
  const bundled = new Set(measureParts(metafile).map(({ part }) => part))
  const lazy = [
    '@azure/identity',
    '@azure/msal-node',
    '@azure/msal-common',
    '@azure/storage-blob',
    'apache-arrow',
  ]
  expect(lazy.filter((name) => !bundled.has(name))).toEqual([])
  expect(lazy.filter((name) => evaluated.has(name))).toEqual([])
})

test('the bundle is minified and tells nothing of the machine that built it', () => {
  const root = resolve(import.meta.dirname, '../../..')
  const source = readFileSync(join(app, 'main.cjs'), 'utf8')
  expect(source).not.toContain(`${root}/`)
  expect(source.split('\n').length).toBeLessThan(source.length / 1000)
})
