import type { ObedientAgent } from '../../../fixtures/a2a/start-sdk-agent.ts'
import type { FlavourClient } from '../clients/flavour-client.ts'
import { scenariosOfErrors } from './scenarios-of-errors.ts'
import { scenarios, type Scenario } from './scenarios.ts'

const all: Readonly<Record<string, Scenario>> = { ...scenarios, ...scenariosOfErrors }

/** What every scenario comes to with a client; one that fails comes to a text with the reason. */
export const playAll = async (
  client: FlavourClient,
  agent: ObedientAgent,
): Promise<Array<readonly [string, unknown]>> =>
  Promise.all(
    Object.entries(all).map(async ([name, play]) => {
      try {
        return [name, await play(client, agent)] as const
      } catch (error) {
        return [name, `${error instanceof Error ? error.stack : String(error)}`] as const
      }
    }),
  )
