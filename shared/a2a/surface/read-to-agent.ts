import * as z from 'zod'

const Params = z.looseObject({ metadata: z.looseObject({ toAgent: z.string().min(1) }) })

/** The agent that the params of a legacy send name in `metadata.toAgent`. */
export const readToAgent = (params: string): string | undefined =>
  Params.safeParse(JSON.parse(params)).data?.metadata.toAgent
