import * as z from 'zod'
import type { Environment } from './connections.ts'
import type { Path } from './paths.ts'
import type { Problem } from './problem.ts'
import { Settings } from './settings.ts'

/** A setting made by an environment variable. */
export type Override = { variable: string; path: Path; value: unknown }

const PREFIX = 'AGENT_GATEWAY_'

/** Variables with a name of their own for a key of gateway.yaml. */
const ownNames: Record<string, Path> = {
  AZURE_SERVICE_BUS_TOPIC_NAME: ['service_bus', 'topic'],
  AZURE_SERVICE_BUS_SUBSCRIPTION_NAME: ['service_bus', 'subscription'],
  PUBLIC_URL: ['server', 'public_url'],
  PARTS: ['server', 'parts'],
  LOG_LEVEL: ['log', 'level'],
  AGENT_TIMEOUT: ['signaling', 'agent_timeout'],
  CLEANUP_INTERVAL: ['signaling', 'cleanup_interval'],
  MAX_CONNECTIONS: ['signaling', 'max_connections'],
  CONNECTION_TIMEOUT: ['signaling', 'connection_timeout'],
  VERIFY_SIGNATURES: ['signaling', 'verify_signatures'],
  VALIDATE_DIDS: ['signaling', 'validate_dids'],
}

type Schema = z.core.$ZodType

const unwrap = (schema: Schema): Schema => {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema
}

/** The schema of the setting at a path; undefined when there is no such setting. */
const schemaAt = (path: Path): Schema | undefined => {
  let schema: Schema = Settings
  for (const key of path) {
    const inner = unwrap(schema)
    if (inner instanceof z.ZodArray && /^\d+$/.test(key)) schema = inner.element
    else if (inner instanceof z.ZodObject && key in inner.shape) schema = inner.shape[key]
    else return undefined
  }
  return unwrap(schema)
}

const switches: Record<string, boolean> = {
  true: true,
  '1': true,
  on: true,
  false: false,
  '0': false,
  off: false,
}

const parseOr = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Text as the type that the schema wants; text that does not fit stays text, for the schema to refuse. */
const typed = (text: string, schema: Schema): unknown => {
  if (schema instanceof z.ZodNumber) return text.trim() === '' ? text : parseOr(text)
  if (schema instanceof z.ZodBoolean || schema instanceof z.ZodLiteral) {
    return switches[text.trim().toLowerCase()] ?? text
  }
  if (schema instanceof z.ZodArray && !text.trim().startsWith('[')) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }
  return schema instanceof z.ZodArray || schema instanceof z.ZodObject ? parseOr(text) : text
}

/** Indexed parts after the whole list that they belong to. */
const byDepth = (a: Override, b: Override): number =>
  a.path.length - b.path.length || (a.variable < b.variable ? -1 : 1)

const unknown = (variable: string): Problem => ({
  setting: variable,
  message: `${variable} names no setting. It is ignored.`,
  remedy: 'docs/guides/configuration.md lists every setting; correct the name or remove the variable.',
})

/** Reads `AGENT_GATEWAY_A__B` (a number as a part is an index of a list) and the variables with names of their own. */
export const readOverrides = (env: Environment): { overrides: Override[]; problems: Problem[] } => {
  const overrides: Override[] = []
  const problems: Problem[] = []
  for (const [variable, text] of Object.entries(env)) {
    const isSetting = variable.startsWith(PREFIX) && variable.includes('__')
    const path =
      ownNames[variable] ?? (isSetting ? variable.slice(PREFIX.length).toLowerCase().split('__') : undefined)
    if (path === undefined || text === undefined || (text === '' && !isSetting)) continue
    const schema = schemaAt(path)
    if (schema === undefined) problems.push(unknown(variable))
    else overrides.push({ variable, path, value: typed(text, schema) })
  }
  return { overrides: overrides.toSorted(byDepth), problems }
}
