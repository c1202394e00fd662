import { expect, test } from 'vitest'
import { measureParts, printParts } from './measure-parts.ts'

const inputs = Object.fromEntries(
  Object.entries({
    'functions/events/stream.ts': 100,
    'functions/main.ts': 28,
    'shared/kernel/ids.ts': 512,
    'shared/compose.ts': 10,
    'node_modules/zod/v4/core.js': 1000,
    'node_modules/@azure/identity/node_modules/@azure/core-util/a.js': 24,
    'node_modules/empty/index.js': 0,
  }).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
)
const output = { bytes: 0, inputs, imports: [], exports: [] }

test('modules are summed by room, part of shared and npm package, largest first', () => {
  expect(measureParts({ inputs: {}, outputs: { 'main.cjs': output } })).toEqual([
    { part: 'zod', bytes: 1000 },
    { part: 'shared/kernel', bytes: 512 },
    { part: 'functions', bytes: 128 },
    { part: '@azure/core-util', bytes: 24 },
    { part: 'shared', bytes: 10 },
  ])
})

test('the table is in KiB and ends with the total', () => {
  expect(printParts([{ part: 'zod', bytes: 1536 }])).toBe('      1.5 KiB  zod\n      1.5 KiB  total')
})
