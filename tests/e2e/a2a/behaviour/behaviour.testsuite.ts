import { describe, expect, test } from 'vitest'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { agentId, places, type Version } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'
import { expectedOf } from './expected.ts'
import { playAll } from './play-all.ts'

/** Every official client does everything it can do, with agents of these versions, here and elsewhere. */
export const testBehaviour = (deployments: () => Deployments, versions: readonly Version[]): void => {
  describe.for(places)('an agent that is hosted %s', (place) => {
    describe.for(versions)('and speaks %s', (version) => {
      test.for(Object.keys(flavours) as Flavour[])('client of %s', async (flavour) => {
        const { a, agents } = deployments()
        const client = await flavours[flavour](`${a.url}/agents/${agentId(version, place)}/`)
        for (const [name, outcome] of await playAll(client, agents.sdk[version]))
          expect.soft(expectedOf(flavour, name), name).toContainEqual(outcome)
      })
    })
  })
}
