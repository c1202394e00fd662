import { expect, test } from 'vitest'
import { openParser } from './bicep/open-parser.ts'
import { createInfra } from './create-infra.ts'
import { checks } from './checks/checks.ts'
import { readApp } from './read-app.ts'
import { readTexts } from './read-texts.ts'

const app = await readApp()
const infra = createInfra(await openParser(), readTexts())

test.each(Object.entries(checks))('%s', (_, check) => {
  expect(check(infra, app)).toEqual([])
})
