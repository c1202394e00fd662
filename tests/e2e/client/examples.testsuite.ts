import { describe, expect, test } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { startProgram } from '../support/start-program.ts'

export const testExamples = (cloud: () => TestCloud): void => {
  describe('the example', () => {
    test.each([
      ['connected-hello', ['you', 'there'], /^Hello, you there!$/m],
      ['connected-agent', ['Tyger', 'Tyger'], /^task .*\nTyger Tyger$/m],
    ])('%s is called like any other agent', async (name, words, answer) => {
      const env = { GATEWAY_URL: cloud().url }
      const agent = startProgram(`examples/${name}.ts`, [], env)
      const [line = ''] = await agent.printed(1)
      const did = /did:key:\S+/.exec(line)?.[0] ?? line
      const { output, errors } = await runProgram('examples/call-agent.ts', [did, ...words], { env })
      expect({ output, errors }).toEqual({ output: expect.stringMatching(answer), errors: '' })
    })
  })
}
