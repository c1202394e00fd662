import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readSettings } from './read-settings.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Texts that look like the name of a setting, a variable or an output. */
const NAME =
  /\b(?:AGENT_GATEWAY|APPLICATIONINSIGHTS|AZURE|AzureWebJobs|GATEWAY|KEY_VAULT|SERVICE_BUS|WEB_PUBSUB)\w*[A-Za-z0-9]\b/g

/** Set by azd itself, or read by Microsoft's tools. */
const ofTools = [
  'AZURE_ENV_NAME',
  'AZURE_LOCATION',
  'AZURE_SUBSCRIPTION_ID',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
]

const named = new Map(
  ['README.md', ...globSync('docs/guides/*.md', { cwd: ROOT })].flatMap((file) =>
    (read(file).match(NAME) ?? []).map((name) => [name, file] as const),
  ),
)

const sources = globSync(
  [
    '{build,cli,examples,functions,infra,local,shared}/**/*.{ts,bicep,json,mjs,html}',
    '.github/**/*.yml',
    'workspace/*',
  ],
  { cwd: ROOT },
).filter((file) => !file.endsWith('.test.ts'))

/** Everything that is written in the code as a whole word. */
const written = new Set(sources.flatMap((file) => read(file).match(/\w+/g) ?? []))

/** Connections by identity: what belongs to one is read only where it is there. */
const connections = {
  AzureWebJobsStorage__accountName: 'x',
  AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: 'x',
  WEB_PUBSUB_CONNECTION_STRING__endpoint: 'https://x',
}

/** A key of gateway.yaml must be one; any other name is read by the app, or stands somewhere in the code. */
const isKnown = (name: string): boolean =>
  !readSettings({ ...connections, [name]: '1' }).unknown.includes(name) ||
  (!/^AGENT_GATEWAY_.*__/.test(name) && (written.has(name) || ofTools.includes(name)))

test('README and guides name only settings that there are', () => {
  expect([...named].filter(([name]) => !isKnown(name))).toEqual([])
  expect(isKnown('AGENT_GATEWAY_STREAMS__NOTHING')).toBe(false)
  expect(isKnown('GATEWAY_NOTHING')).toBe(false)
  expect(named.size).toBeGreaterThan(20)
})

test('every variable by which azd sets a parameter is in the guide', () => {
  const variables = read('infra/main.parameters.json').match(/(?<=\$\{)\w+/g) ?? []
  const guide = read('docs/guides/deploy.md')
  expect(variables.filter((name) => !guide.includes(name))).toEqual([])
  expect(variables).toContain('AZURE_ENV_NAME')
})
