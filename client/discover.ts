import * as z from 'zod'
import { type HttpOptions, requestJson } from './http/request-json.ts'

/** An agent as the gateway lists it. */
export type ListedAgent = {
  /** For a connected agent its DID. */
  id: string
  reach: string
  status: string
  name: string
  description: string
  /** Where A2A clients call it. */
  url: string
  did?: string | undefined
  /** ISO 8601. */
  connected_at?: string | undefined
  last_activity?: string | undefined
}

const Page = z.object({
  agents: z.array(
    z.looseObject({
      id: z.string(),
      reach: z.string(),
      status: z.string(),
      name: z.string(),
      description: z.string(),
      url: z.string(),
      did: z.string().optional(),
      connected_at: z.string().optional(),
      last_activity: z.string().optional(),
    }),
  ),
  next: z.string().optional(),
})

/** Who is connected, by what they say they can do. @throws ClientError `http` */
export const discover = async (
  http: HttpOptions,
  { capability }: { capability?: string | undefined } = {},
): Promise<ListedAgent[]> => {
  const agents: ListedAgent[] = []
  for (let after: string | undefined; ;) {
    const query = new URLSearchParams({
      reach: 'socket',
      ...(capability === undefined ? {} : { capability }),
      ...(after === undefined ? {} : { after }),
    })
    const page: z.infer<typeof Page> = await requestJson(http, Page, { path: `/agents?${query}` })
    agents.push(...page.agents)
    after = page.next
    if (after === undefined) return agents
  }
}
