import { describe, expect, test } from 'vitest'
import { openParser } from './bicep/open-parser.ts'
import { checks } from './checks/checks.ts'
import { deployments } from './checks/deployments.ts'
import { createInfra } from './create-infra.ts'
import { readApp } from './read-app.ts'
import { readTexts } from './read-texts.ts'

const parse = await openParser()
const texts = readTexts()
const files = [...texts.keys()].filter((path) => path.endsWith('.bicep'))

test.each(files)('%s is Bicep', (path) => {
  expect(parse(texts.get(path) ?? '').hasError).toBe(false)
})

test('there is no file that no deployment uses', () => {
  const infra = createInfra(parse, texts)
  const used = deployments.flatMap(({ parameters }) => infra.deployWith(parameters).modules)
  expect(new Set(['main.bicep', ...used.map(({ file }) => file)])).toEqual(new Set(files))
})

describe('what the code needs and what infra/ has are the same:', async () => {
  const app = await readApp()
  const infra = createInfra(parse, texts)

  test.each(Object.entries(checks))('%s', (_, check) => {
    expect(check(infra, app)).toEqual([])
  })
})
