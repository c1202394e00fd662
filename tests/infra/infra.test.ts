import { expect, test } from 'vitest'
import { openParser } from './bicep/open-parser.ts'
import { createInfra } from './create-infra.ts'
import { checks } from './checks/checks.ts'
import { readTexts } from './read-texts.ts'

const infra = createInfra(await openParser(), readTexts())

test.each(Object.entries(checks))('%s', (_, check) => {
  expect(check(infra)).toEqual([])
})
