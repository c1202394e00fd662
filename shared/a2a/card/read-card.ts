import * as z from 'zod'

const optional = <Schema extends z.ZodType>(schema: Schema): z.ZodCatch<z.ZodOptional<Schema>> =>
  schema.optional().catch(undefined)

const Text = optional(z.string())
const Texts = optional(z.array(z.string()))
const Flag = optional(z.boolean())
const Modes = z.array(z.string()).min(1).catch(['text/plain'])

const Extension = z.object({
  uri: z.string(),
  description: Text,
  required: Flag,
  params: optional(z.record(z.string(), z.unknown())),
})

const Skill = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().catch(''),
  tags: z.array(z.string()).catch([]),
  examples: Texts,
  inputModes: Texts,
  outputModes: Texts,
})

/** What every version of an agent card says of the agent itself; members of other kinds stay as they are. */
const Card = z.looseObject({
  name: z.string(),
  description: z.string().catch(''),
  version: z.string().catch('unknown'),
  provider: optional(z.object({ organization: z.string(), url: z.string() })),
  iconUrl: Text,
  documentationUrl: Text,
  capabilities: z
    .looseObject({
      pushNotifications: Flag,
      extensions: optional(z.array(Extension)),
      extendedAgentCard: Flag,
    })
    .catch({}),
  supportsAuthenticatedExtendedCard: Flag,
  defaultInputModes: Modes,
  defaultOutputModes: Modes,
  skills: z.array(Skill).catch([]),
})
export type Card = z.infer<typeof Card>

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads an agent card of any version, undefined when the text is none; what is wrong in it is left out. */
export const readCard = (text: string): Card | undefined => Card.safeParse(parse(text)).data
