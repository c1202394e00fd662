import { expect, test } from 'vitest'
import { appSettings } from '../../../local/cloud/app-settings.ts'
import { readGuide, unquote } from '../../e2e/guides/read-guide.ts'
import { readSample } from './read-sample.ts'
import { readSettings, type AppSettings } from './read-settings.ts'

const sample = readSample()

/** What is filled in instead, to run the app on its machine against Azure (docs/guides/func-start.md). */
const onAzure: AppSettings = {
  AzureWebJobsStorage: '',
  AZURE_SERVICE_BUS_CONNECTION_STRING: '',
  WEB_PUBSUB_CONNECTION_STRING: '',
  AzureWebJobsStorage__accountName: 'stexample',
  AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: 'sb-example.servicebus.windows.net',
  WEB_PUBSUB_CONNECTION_STRING__endpoint: 'https://wps-example.webpubsub.azure.com',
  AGENT_GATEWAY_SECRET_KEY: 'x'.repeat(64),
}

test('every key of the sample is one that somebody reads', () => {
  // Settings of the identity are looked at only where there is no connection string.
  const both = [readSettings(sample), readSettings({ ...sample, ...onAzure })]
  const unknown = both.map((read) => new Set(read.unknown))
  expect(Object.keys(sample).filter((name) => unknown.every((names) => names.has(name)))).toEqual([])
})

test('a key that nobody reads would be found', () => {
  expect(readSettings({ ...sample, AGENT_GATEWAY_STREAMS__NOTHING: '1', SERVICE_BUS: 'x' }).unknown).toEqual([
    'AzureWebJobsStorage__accountName',
    'AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace',
    'WEB_PUBSUB_CONNECTION_STRING__endpoint',
    'AGENT_GATEWAY_STREAMS__NOTHING',
    'SERVICE_BUS',
  ])
})

test('as it is, the sample is a configuration for the local services without a problem', () => {
  const { config } = readSettings(sample)
  expect(config.problems).toEqual([])
  expect(config.environment).toBe('development')
  expect(config.connections.storage('AzureWebJobsStorage')).toHaveProperty('connectionString')
  expect(config.connections.webPubSub()).toHaveProperty('connectionString')
})

test('with the keys of the identity filled in, it is one for Azure without a problem', () => {
  expect(Object.keys(onAzure).filter((name) => !(name in sample))).toEqual([])
  const { config } = readSettings({ ...sample, ...onAzure })
  expect(config.problems).toEqual([])
  expect(config.connections.storage('AzureWebJobsStorage')).toMatchObject({
    tableEndpoint: 'https://stexample.table.core.windows.net',
  })
  expect(config.connections.serviceBus('AZURE_SERVICE_BUS_CONNECTION_STRING')).toMatchObject({
    fullyQualifiedNamespace: 'sb-example.servicebus.windows.net',
  })
  expect(config.connections.webPubSub()).toMatchObject({
    endpoint: onAzure['WEB_PUBSUB_CONNECTION_STRING__endpoint'],
  })
})

test('the guide tells what to fill in for Azure, and the sample has a place for each', () => {
  const told = readGuide('func-start')
    .rows('In `.local/func/local.settings.json`:')
    .map(([setting = '']) => unquote(setting))
  expect(Object.keys(onAzure).filter((name) => !told.includes(name))).toEqual([])
  expect(told.filter((name) => !(name in sample))).toEqual([])
})

test('what the local cloud tells the app, the sample has a place for', () => {
  const told = appSettings({
    serviceBus: '',
    webPubSub: '',
    storage: '',
    publicUrl: '',
    secretKey: '',
    names: { proxyId: 'local', subscription: 'gateway', queueSuffix: '' },
  })
  // The name of the site: on Azure the platform says it, here the id of the deployment stands above it.
  expect(Object.keys(told).filter((name) => !(name in sample))).toEqual(['WEBSITE_SITE_NAME'])
})
