import * as z from 'zod'

export const A2aVersion = z.enum(['0.3', '1.0'])
export type A2aVersion = z.infer<typeof A2aVersion>

export const Binding = z.enum(['jsonrpc', 'rest'])
export type Binding = z.infer<typeof Binding>

/** How a client or an agent speaks. 0.2.x is spoken to as 0.3: the JSON is the same. */
export const Dialect = z.object({ version: A2aVersion, binding: Binding })
export type Dialect = z.infer<typeof Dialect>

/**
 * The three forms of A2A JSON: 1.0 (both bindings), 0.3 JSON-RPC (`kind`), 0.3 REST (ProtoJSON with `content`).
 * A value that need not change its shape passes byte for byte.
 */
export const Shape = z.enum(['1.0', '0.3', '0.3-rest'])
export type Shape = z.infer<typeof Shape>

export const shapeOf = ({ version, binding }: Dialect): Shape => {
  if (version === '1.0') return '1.0'
  return binding === 'rest' ? '0.3-rest' : '0.3'
}

/**
 * A result or an event: JSON text in the shape of 1.0 and, where the agent spoke another one, exactly what it said.
 */
export const Said = z.object({
  text: z.string(),
  original: z.object({ shape: Shape, text: z.string() }).optional(),
  /** The extensions that the agent has activated for the call, as its header names them; with the first thing it says. */
  extensions: z.string().optional(),
})
export type Said = z.infer<typeof Said>
