import { describe, expect, test } from 'vitest'
import { openParser } from '../bicep/open-parser.ts'
import { checkHubs } from '../checks/check-hubs.ts'
import { checkLocalAuth } from '../checks/check-local-auth.ts'
import { checkParameters } from '../checks/check-parameters.ts'
import { checkRoles } from '../checks/check-roles.ts'
import { checkScale } from '../checks/check-scale.ts'
import { checkSecrets } from '../checks/check-secrets.ts'
import { checkSettings } from '../checks/check-settings.ts'
import { checkStorage } from '../checks/check-storage.ts'
import { checkTopology } from '../checks/check-topology.ts'
import { checks, type Check } from '../checks/checks.ts'
import { createInfra, type InfraTexts } from '../create-infra.ts'
import { readApp } from '../read-app.ts'
import { readTexts } from '../read-texts.ts'
import { ofParameters, ofRoles, ofScale } from './access.ts'
import { ofHubs, ofStorage, ofTopology } from './entities.ts'
import type { Mutation } from './mutation.ts'
import { ofKeys, ofSecrets, ofSettings } from './settings.ts'

const groups: readonly [string, Check, readonly Mutation[]][] = [
  ['entities', checkTopology, ofTopology],
  ['hubs', checkHubs, ofHubs],
  ['storage', checkStorage, ofStorage],
  ['settings', checkSettings, ofSettings],
  ['secrets', checkSecrets, ofSecrets],
  ['keys', checkLocalAuth, ofKeys],
  ['roles', checkRoles, ofRoles],
  ['parameters', checkParameters, ofParameters],
  ['scale', checkScale, ofScale],
]

const app = await readApp()
const parse = await openParser()
const texts = readTexts()

/** What a check says of changed texts, or why they cannot be worked out at all. */
const findings = (check: Check, changed: InfraTexts): string[] => {
  try {
    return check(createInfra(parse, changed), app)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

test('every check has changes that it finds', () => {
  expect(new Set(groups.map(([, check]) => check))).toEqual(new Set(Object.values(checks)))
})

describe.each(groups)('%s', (_, check, mutations) => {
  test.each(mutations.map(([change, ...rest]) => [change, rest] as const))(
    '%s is found',
    (_change, [file, from, to, found]) => {
      const text = texts.get(file) ?? ''
      expect(text).toContain(from)
      const said = findings(check, new Map([...texts, [file, text.replace(from, () => to)]]))
      expect(said.join('\n')).toContain(found)
    },
  )
})

test('a follower has no subscription of agent events', () => {
  const changed = new Map([...texts, ['../workspace/proxy-config.yaml', 'proxy: { role: follower }']])
  expect(findings(checkTopology, changed)).toContainEqual(
    expect.stringMatching(/^\{\}: missing: subscription agent-events\//),
  )
})
