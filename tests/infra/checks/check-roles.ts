import { entitiesOf } from '../../../local/cloud/entities-of.ts'
import type { Resource } from '../bicep/read-resource.ts'
import type { Infra, InfraTexts } from '../create-infra.ts'
import { compareLines } from './compare-lines.ts'
import { madeOf, propertiesOf } from './resources.ts'

/** Built-in roles by their ids (Azure built-in roles). */
const roles: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '090c5cfd-751d-490a-894a-3ce6f1109419': 'Azure Service Bus Data Owner',
  '12cf5a90-567b-43ae-8102-96cf46c7d9b4': 'Web PubSub Service Owner',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const PRINCIPAL = '${identity.properties.principalId}'

/** What the app may do, and where: as little as it works with. Entities with a trigger are owned, as scaling reads their counts. */
const expected = (): string[] => {
  const { queues, topics } = entitiesOf({ id: 'test' })
  return [
    'Storage Blob Data Owner on Microsoft.Storage/storageAccounts',
    'Storage Blob Data Contributor on Microsoft.Storage/storageAccounts',
    'Storage Table Data Contributor on Microsoft.Storage/storageAccounts',
    'Web PubSub Service Owner on Microsoft.SignalRService/webPubSub',
    'Key Vault Secrets User on Microsoft.KeyVault/vaults',
    'Monitoring Metrics Publisher on Microsoft.Insights/components',
    ...queues.map(({ name }) => `Azure Service Bus Data Owner on queue ${name}`),
    ...topics.flatMap(({ name, subscriptions }) => [
      `Azure Service Bus Data Sender on topic ${name}`,
      ...subscriptions.map((own) => `Azure Service Bus Data Owner on subscription ${name}/${own.name}`),
    ]),
  ]
}

const kinds: Readonly<Record<string, string>> = {
  'Microsoft.ServiceBus/namespaces/queues': 'queue',
  'Microsoft.ServiceBus/namespaces/topics': 'topic',
  'Microsoft.ServiceBus/namespaces/topics/subscriptions': 'subscription',
}

const roleOf = (assignment: Resource): string =>
  String(propertiesOf(assignment)['roleDefinitionId']).match(GUID)?.[0] ?? ''

const describe = (assignment: Resource): string => {
  const { scope } = assignment
  const kind = kinds[scope?.type ?? '']
  const place =
    kind === undefined ? (scope?.type ?? 'everything') : `${kind} ${scope?.names.slice(1).join('/')}`
  const role = roleOf(assignment)
  return `${roles[role] ?? `unknown role ${role}`} on ${place}`
}

/** A name that differs by scope, principal and role, and is the same at each deployment. */
const wrongNames = (assignment: Resource): string[] => {
  const name = assignment.names.at(-1) ?? ''
  const { principalId, principalType } = propertiesOf(assignment)
  const isNamed = /guid\(.+\.id, /.test(name) && name.includes(roleOf(assignment))
  const isApp = principalId === PRINCIPAL && principalType === 'ServicePrincipal'
  return [
    ...(isNamed && name.includes(PRINCIPAL.slice(2, -1))
      ? []
      : [`${name} is not named by scope, principal and role`]),
    ...(isApp ? [] : [`${describe(assignment)}: is for ${String(principalId)}`]),
  ]
}

/** A role is told by name, with its reason, in a comment above it or beside it. */
const uncommented = (texts: InfraTexts): string[] =>
  [...texts].flatMap(([file, text]) => {
    const lines = text.split('\n')
    return lines.flatMap((line, index) =>
      (line.match(GUID) ?? []).flatMap((id) => {
        const name = roles[id]
        const above = lines.slice(0, index).findLastIndex((each) => !each.trim().startsWith('//'))
        const comment = [...lines.slice(above + 1, index), line.split('//')[1] ?? ''].join(' ')
        const said = comment.replace(name ?? '', '').replaceAll(/[/\s:]/g, '')
        return name !== undefined && !(comment.includes(name) && said.length > 0)
          ? [`${file}:${index + 1}: no comment tells what the role ${name} is for`]
          : []
      }),
    )
  })

/** The roles of the app against what it does, no broader, each with its reason. */
export const checkRoles = (infra: Infra): string[] => {
  const assignments = madeOf(infra.deployWith(), 'Microsoft.Authorization/roleAssignments')
  return [
    ...compareLines(expected(), assignments.map(describe)),
    ...assignments.flatMap(wrongNames),
    ...uncommented(infra.texts),
  ]
}
