import * as z from 'zod'
import { carry, partOthers, unpack } from './carried.ts'
import { defined, isJsonObject, type JsonObject, omit } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'

const CONTENT = ['text', 'raw', 'url', 'data'] as const
/** The names that mean something in any of the shapes. */
const RESERVED = [...CONTENT, 'mediaType', 'filename', 'kind', 'file']
const FILE = {
  '0.3': { raw: 'bytes', url: 'uri' },
  '0.3-rest': { raw: 'fileWithBytes', url: 'fileWithUri' },
} as const
/** The flag of the official libraries for data that is no object and so travels as `{"value": …}`. */
const WRAPPED = 'data_part_compat'
/** What says nothing: the type that every such part has. */
const PLAIN: Readonly<Record<string, string>> = { text: 'text/plain', data: 'application/json' }

const isObject = z.custom<JsonObject>(isJsonObject, { error: 'must be an object' })
const name = z.string().nullish()
const oneOf = (names: readonly string[]) => (value: JsonObject) =>
  names.filter((member) => value[member] !== undefined).length === 1
const mustBeOneOf = (names: readonly string[]) => ({ error: `must have exactly one of ${names.join(', ')}` })

const fileSchema = (shape: Legacy) => {
  const { raw, url } = FILE[shape]
  return z
    .looseObject({ [raw]: z.string().optional(), [url]: z.string().optional(), mimeType: name, name })
    .refine((file) => file[raw] !== undefined || file[url] !== undefined, mustBeOneOf([raw, url]))
}

const fileToTen = (file: JsonObject, shape: Legacy): { content: JsonObject; others: JsonObject } => {
  const names = FILE[shape]
  const kind = file[names.raw] === undefined ? 'url' : 'raw'
  const content = defined({ [kind]: file[names[kind]], mediaType: file['mimeType'], filename: file['name'] })
  return { content, others: omit(file, [names[kind], 'mimeType', 'name']) }
}

/** Data of 0.3 is an object; the flag tells that the object only wraps another value. */
const unwrapData = (data: unknown, metadata: unknown): { data: unknown; metadata: unknown } => {
  const asIs = { data, metadata }
  if (!isJsonObject(data) || !isJsonObject(metadata) || metadata[WRAPPED] !== true) return asIs
  if (Object.keys(data).length !== 1 || !('value' in data) || isJsonObject(data['value'])) return asIs
  const rest = omit(metadata, [WRAPPED])
  return { data: data['value'], metadata: Object.keys(rest).length > 0 ? rest : undefined }
}

const toTen = (part: JsonObject, shape: Legacy, content: 'text' | 'file' | 'data'): JsonObject => {
  const { value, carried } = unpack(part, '1.0')
  const known = shape === '0.3' ? ['kind', content] : [content]
  const { free, taken } = partOthers(value, known, RESERVED)
  if (content === 'file') {
    const file = fileToTen(part['file'] as JsonObject, shape)
    const others = Object.keys(file.others).length > 0 ? { file: file.others } : {}
    return carry({ ...free, ...carried, ...file.content }, shape, { ...taken, ...others })
  }
  if (content === 'text') return carry({ ...free, ...carried, text: value['text'] }, shape, taken)
  const given = shape === '0.3' ? value['data'] : (value['data'] as JsonObject)['data']
  const { data, metadata } = unwrapData(given, free['metadata'])
  const others = shape === '0.3' ? {} : omit(value['data'] as JsonObject, ['data'])
  const extra = Object.keys(others).length > 0 ? { data: others } : {}
  return carry(defined({ ...free, metadata, ...carried, data }), shape, { ...taken, ...extra })
}

/** A file of 0.3. What the names of 1.0 have no place for is added by the caller. */
const fileFromTen = (part: JsonObject, shape: Legacy, kind: 'raw' | 'url'): JsonObject =>
  defined({ [FILE[shape][kind]]: part[kind], mimeType: part['mediaType'], name: part['filename'] })

const wrapData = (part: JsonObject): JsonObject => {
  const { data, metadata } = part
  if (isJsonObject(data)) return part
  const before = isJsonObject(metadata) ? metadata : {}
  return { ...part, data: { value: data }, metadata: { ...before, [WRAPPED]: true } }
}

/** The type and the name of a text or of data, where they say something: 0.3 has no place for them. */
const described = (part: JsonObject, kind: string): JsonObject => {
  const { mediaType, filename } = part
  const type = mediaType === PLAIN[kind] || mediaType === '' ? undefined : mediaType
  return { mediaType: type, filename: filename === '' ? undefined : filename }
}

const fromTen = (part: JsonObject, shape: Legacy): JsonObject => {
  const kind = CONTENT.find((member) => part[member] !== undefined) ?? 'text'
  const { value, carried } = unpack(part, shape)
  const { free, taken } = partOthers(value, [kind, 'mediaType', 'filename'], RESERVED)
  const kindOf = (of: string) => (shape === '0.3' ? { kind: of } : {})
  if (kind === 'raw' || kind === 'url') {
    const others = isJsonObject(carried['file']) ? carried['file'] : {}
    const file = { ...others, ...fileFromTen(value, shape, kind) }
    return carry({ ...kindOf('file'), ...free, ...omit(carried, ['file']), file }, '1.0', taken)
  }
  const others = { ...taken, ...described(value, kind) }
  if (kind === 'text')
    return carry({ ...kindOf('text'), ...free, ...carried, text: value['text'] }, '1.0', others)
  const { data, ...rest } = wrapData({ ...free, data: value['data'] })
  const around = isJsonObject(carried['data']) ? carried['data'] : {}
  const holder = shape === '0.3' ? data : { ...around, data }
  return carry({ ...kindOf('data'), ...rest, ...omit(carried, ['data']), data: holder }, '1.0', others)
}

/** A part of 0.3 as one of 1.0. */
export const readPart: Ways = {
  '0.3': z.discriminatedUnion('kind', [
    z
      .looseObject({ kind: z.literal('text'), text: z.string() })
      .transform((part) => toTen(part, '0.3', 'text')),
    z
      .looseObject({ kind: z.literal('file'), file: fileSchema('0.3') })
      .transform((part) => toTen(part, '0.3', 'file')),
    z
      .looseObject({ kind: z.literal('data'), data: isObject })
      .transform((part) => toTen(part, '0.3', 'data')),
  ]),
  '0.3-rest': z
    .looseObject({
      text: z.string().optional(),
      file: fileSchema('0.3-rest').optional(),
      data: z.looseObject({ data: isObject }).optional(),
    })
    .refine(oneOf(['text', 'file', 'data']), mustBeOneOf(['text', 'file', 'data']))
    .transform((part) => {
      const content =
        (['text', 'file', 'data'] as const).find((member) => part[member] !== undefined) ?? 'text'
      return toTen(part, '0.3-rest', content)
    }),
}

/** A part of 1.0 as one of 0.3. */
export const writePart: Ways = eachLegacy((shape) =>
  z
    .looseObject({
      text: z.string().optional(),
      raw: z.string().optional(),
      url: z.string().optional(),
      data: z.unknown().optional(),
      mediaType: name,
      filename: name,
    })
    .refine(oneOf(CONTENT), mustBeOneOf(CONTENT))
    .transform((part) => fromTen(part, shape)),
)
