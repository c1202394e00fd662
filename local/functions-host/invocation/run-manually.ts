import { randomUUID } from 'node:crypto'
import type { FunctionDefinition } from '../functions/function-definition.ts'
import type { Log } from '../log.ts'
import type { Timers } from '../timers/start-timers.ts'
import type { Fleet } from '../worker/fleet.ts'
import type { Execute } from './execute.ts'
import { readBodyProperties } from './body-properties.ts'
import { createTraceContext } from './trace-context.ts'

export type ManualRunServices = { fleet: Fleet; execute: Execute; timers: Timers; log: Log }

const invoke = async (
  { fleet, execute }: ManualRunServices,
  definition: FunctionDefinition,
  input: string,
): Promise<void> => {
  if (definition.kind === 'http') {
    throw new Error('An HttpRequest is required: call an HTTP function at its URL')
  }
  const many = definition.kind === 'serviceBus' && definition.many
  await execute(await fleet.acquire(definition.name), {
    invocationId: randomUUID(),
    functionName: definition.name,
    inputData: [
      {
        name: definition.trigger.name,
        data: many ? { collectionString: { string: [input] } } : { string: input },
      },
    ],
    triggerMetadata: Object.fromEntries(many ? [] : readBodyProperties(input)),
    traceContext: createTraceContext(),
  })
}

/**
 * Runs a function by name (in any case) as `POST /admin/functions/{name}` does: a timer by its schedule's data, another
 * with a text as its message.
 * @returns undefined when there is no such function.
 */
export const createManualRun =
  (services: ManualRunServices, functions: readonly FunctionDefinition[]) =>
  (name: string, input: string): Promise<void> | undefined => {
    const definition = functions.find((known) => known.name.toLowerCase() === name.toLowerCase())
    if (definition === undefined) return undefined
    const timer = services.timers.byName.get(definition.name)
    const run = timer?.runNow() ?? invoke(services, definition, input)
    return run.catch((error: unknown) => {
      services.log({
        level: 'error',
        category: 'system',
        functionName: definition.name,
        message: error instanceof Error ? error.message : String(error),
      })
    })
  }
