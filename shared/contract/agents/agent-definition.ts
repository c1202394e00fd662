import * as z from 'zod'
import { Binding } from '../a2a/dialect.ts'
import { AgentAuthDefinition } from './auth-definition.ts'
import { ProxyId } from './proxy-id.ts'

const MAX_ID_CHARACTERS = 128
const MAX_TEXT_CHARACTERS = 4096

/** Seconds: an HTTP answer on Azure begins within 230. */
const MAX_TIMEOUT_SECONDS = 230
const DEFAULT_TIMEOUT_SECONDS = 30

/** The unreserved characters of RFC 3986, 2.3: the id is a segment of a path, of which "." and ".." mean others. */
export const AgentId = z
  .string()
  .max(MAX_ID_CHARACTERS, `must have at most ${MAX_ID_CHARACTERS} characters`)
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/,
    'must be letters, digits and - . _ ~, so that it can stand in a URL',
  )

const Text = z.string().max(MAX_TEXT_CHARACTERS, `must have at most ${MAX_TEXT_CHARACTERS} characters`)

const isHost = (text: string): boolean =>
  /^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/.test(text) && URL.canParse(`http://${text}/`)

const Path = z.string().regex(/^\/(?!\/)[^\s#\\]*$/, 'must begin with one "/" and have no space, "#" or "\\"')

/** YAML reads 1.0 and 0.3 without quotes as numbers. */
const Version = z.preprocess(
  (value) => (typeof value === 'number' ? value.toFixed(1) : value),
  z.enum(['0.2', '0.3', '1.0', 'seed'], 'must be "0.2", "0.3", "1.0" or "seed"'),
)

/** What a file or the admin API says of an agent: the seed's members, then ours. Secrets are in clear. */
export const AgentDefinition = z.strictObject({
  id: AgentId,
  fqdn: z.string().refine(isHost, 'must be a host, with a port if need be, such as "agent.example:8080"'),
  /** By default the deployment that takes the definition. */
  proxyId: ProxyId.optional(),
  healthEndpoint: Path.default('/health'),
  agentCardEndpoint: Path.default('/.well-known/agent.json'),
  capabilities: z.array(Text).default([]),
  a2aCapabilities: z.record(z.string(), z.unknown()).default({}),
  name: Text.optional(),
  description: Text.optional(),
  /** By default https, and http for this machine. */
  scheme: z.enum(['http', 'https'], 'must be "http" or "https"').optional(),
  basePath: z
    .string()
    .regex(/^(\/[^\s/?#\\]+)*$/, 'must be empty or begin with "/", without one at its end')
    .default(''),
  protocol: z.strictObject({ version: Version, binding: Binding.optional() }).optional(),
  auth: AgentAuthDefinition.default({ type: 'none' }),
  /** Seconds to a first answer. */
  timeout: z.number().positive().max(MAX_TIMEOUT_SECONDS).default(DEFAULT_TIMEOUT_SECONDS),
  cardSignatures: z.enum(['drop', 'resign'], 'must be "drop" or "resign"').default('drop'),
  messageIdIsKey: z.boolean().default(false),
  strictCard: z.boolean().default(false),
})
export type AgentDefinition = z.infer<typeof AgentDefinition>

/** The body of POST /v1/admin/agents. */
export const NewAgent = AgentDefinition.extend({
  group: z
    .string()
    .min(1, 'must not be empty')
    .max(MAX_ID_CHARACTERS, `must have at most ${MAX_ID_CHARACTERS} characters`),
})
export type NewAgent = z.infer<typeof NewAgent>
