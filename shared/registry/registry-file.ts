import * as z from 'zod'
import { AgentDefinition } from '../contract/agents/agent-definition.ts'
import { ProxyId } from '../contract/agents/proxy-id.ts'

/** In a file every agent names its deployment: the same file may go to all of them. */
const FileAgent = AgentDefinition.extend({ proxyId: ProxyId })

/** The later ones go: whichever came first is what people see first. */
const refuseDuplicates = (
  groups: Record<string, { agents: Array<z.infer<typeof FileAgent>> }>,
  context: z.RefinementCtx,
): void => {
  const seen = new Set<string>()
  for (const [group, { agents }] of Object.entries(groups)) {
    for (const [index, { id }] of agents.entries()) {
      if (seen.has(id)) {
        const path = [group, 'agents', index, 'id']
        context.addIssue({ code: 'custom', path, message: `an earlier agent has the id "${id}"` })
      }
      seen.add(id)
    }
  }
}

/** workspace/agent-registry.yaml, in the seed's keys. */
export const RegistryFile = z.strictObject({
  version: z.union([z.string(), z.number()]).optional(),
  lastUpdated: z.string().optional(),
  groups: z
    .record(z.string(), z.strictObject({ agents: z.array(FileAgent) }))
    .superRefine(refuseDuplicates)
    .default({}),
})
