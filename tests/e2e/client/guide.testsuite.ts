import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildClient } from '../../../build/client.ts'
import { runProgram } from '../support/run-program.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const GUIDE_GATEWAY = 'http://127.0.0.1:7071'

/** The programs of the guide: the heading that each stands below, and what it prints. */
const programs = readFileSync(join(ROOT, 'docs/guides/client.md'), 'utf8')
  .split(/^## /m)
  .flatMap((section) =>
    [...section.matchAll(/```js\n(.*?)```\n+```text\n(.*?)```/gs)].map(([, program = '', output = '']) => ({
      heading: section.split('\n')[0],
      program,
      output,
    })),
  )

export const testGuide = (cloud: () => TestCloud): void => {
  describe('the guide', () => {
    const folder = mkdtempSync(join(tmpdir(), 'guide-'))
    const modules = join(folder, 'node_modules')
    beforeAll(async () => {
      mkdirSync(modules)
      await buildClient(join(modules, 'agent-gateway-client'))
      symlinkSync(join(ROOT, 'node_modules/node-datachannel'), join(modules, 'node-datachannel'))
      const env = { AZURE_SERVICE_BUS_CONNECTION_STRING: cloud().endpoints.serviceBus }
      await runProgram('examples/publish-events.ts', ['--task', 'poem-1', '--delay', '0'], { env })
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    test('has a program for each part', () => {
      expect(programs).toHaveLength(4)
    })

    test.each(programs)('$heading: the program prints what stands below it', async ({ program, output }) => {
      const file = join(folder, 'program.mjs')
      writeFileSync(file, program.replaceAll(GUIDE_GATEWAY, cloud().url))
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder })
      expect({ stdout, stderr }).toEqual({ stdout: output, stderr: '' })
    })
  })
}
