/** Bytes of one Edm.Binary property (Table Storage data model: 64 KiB). */
const MAX_PROPERTY_BYTES = 64 * 1024

/** Bytes of a body that fit into one entity (1 MiB) beside its keys and other properties. */
export const MAX_INLINE_BYTES = 15 * MAX_PROPERTY_BYTES

/** Splits a body over the properties `d0`, `d1`, … of an entity. */
export const splitBody = (body: Uint8Array): Record<string, Uint8Array> => {
  if (body.length > MAX_INLINE_BYTES) {
    throw new Error(`A body of ${body.length} bytes does not fit into a table entity (${MAX_INLINE_BYTES}).`)
  }
  const properties: Record<string, Uint8Array> = {}
  for (let index = 0; index * MAX_PROPERTY_BYTES < Math.max(1, body.length); index++) {
    properties[`d${index}`] = body.subarray(index * MAX_PROPERTY_BYTES, (index + 1) * MAX_PROPERTY_BYTES)
  }
  return properties
}

/** The body that {@link splitBody} spread over an entity. */
export const joinBytes = (entity: Record<string, unknown>): Buffer => {
  const parts: Uint8Array[] = []
  for (let index = 0; ; index++) {
    const part = entity[`d${index}`]
    if (!(part instanceof Uint8Array)) return Buffer.concat(parts)
    parts.push(part)
  }
}

/** The same body as text. */
export const joinBody = (entity: Record<string, unknown>): string => joinBytes(entity).toString('utf8')
