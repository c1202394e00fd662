import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { agentId, versions } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

const SIZE = 3 * 1024 * 1024

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Files that are much larger than a message of the bus, both ways. */
export const testLarge = (deployments: () => Deployments): void => {
  const cases = (Object.keys(flavours) as Flavour[]).map((flavour) => ({ flavour, version: '1.0' as const }))
  test.for(cases)('$flavour: a file of 3 MiB goes there and back', async ({ flavour, version }) => {
    const { a } = deployments()
    const client = await flavours[flavour](`${a.url}/agents/${agentId(version, 'elsewhere')}/`)
    const base64 = randomBytes(SIZE).toString('base64')
    const task = await client.send({
      text: 'echo-file',
      file: { base64, name: 'big.bin', mimeType: 'application/octet-stream' },
    })
    if (task.kind !== 'task') throw new Error('no task')
    const [[file = ''] = []] = task.artifacts
    expect(digest(file.split(' ').at(-1) ?? '')).toBe(digest(base64))
    expect(task.state).toBe('completed')
  })

  test.for(versions.filter((version) => version !== '0.2'))(
    'an agent of %s says 1 MiB at once',
    async (version) => {
      const { a } = deployments()
      const client = await flavours['1.0 JSON-RPC'](`${a.url}/agents/${agentId(version, 'elsewhere')}/`)
      const seen: number[] = []
      for await (const event of client.stream({ text: 'big 1048576' }))
        if (event.kind === 'artifact') seen.push(event.parts.join('').length)
      expect(seen).toEqual([1_048_576])
    },
  )
}
