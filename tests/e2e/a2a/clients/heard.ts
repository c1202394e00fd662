import * as z from 'zod'

/** What a client heard, the same for all versions and bindings. */
export type Heard =
  | {
      kind: 'task'
      id: string
      contextId: string
      state: string
      text: string
      artifacts: string[][]
      history: string[]
    }
  | { kind: 'message'; taskId: string; parts: string[] }
  | { kind: 'status'; id: string; contextId: string; state: string; text: string }
  | { kind: 'artifact'; id: string; contextId: string; parts: string[]; append: boolean; last: boolean }

/** A part as one text: the text itself, or the file with its name and type. */
const file = (name = '', type = '', content = ''): string => `file ${name} ${type} ${content}`

const Part10 = z
  .looseObject({
    text: z.string().optional(),
    raw: z.string().optional(),
    url: z.string().optional(),
    filename: z.string().optional(),
    mediaType: z.string().optional(),
  })
  .transform(({ text, raw, url, filename, mediaType }) => text ?? file(filename, mediaType, raw ?? url))

const PartKind = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('text'), text: z.string() }).transform(({ text }) => text),
  z
    .looseObject({
      kind: z.literal('file'),
      file: z.looseObject({
        bytes: z.string().optional(),
        uri: z.string().optional(),
        name: z.string().optional(),
        mimeType: z.string().optional(),
      }),
    })
    .transform(({ file: { name, mimeType, bytes, uri } }) => file(name, mimeType, bytes ?? uri)),
])

/** The shapes that 1.0 and 0.3 share, about their own parts and names of states. */
const shapes = (Part: z.ZodType<string>, State: z.ZodType<string>) => {
  const Parts = z.array(Part).default([])
  const Message = z.looseObject({ parts: Parts, taskId: z.string().optional() })
  const Artifact = z.looseObject({ parts: Parts })
  const Status = z.looseObject({ state: State, message: Message.optional() })
  const text = (message: z.infer<typeof Message> | undefined): string => message?.parts.join('') ?? ''
  const Task = z
    .looseObject({
      id: z.string(),
      contextId: z.string(),
      status: Status,
      artifacts: z.array(Artifact).default([]),
      history: z.array(Message).default([]),
    })
    .transform(({ id, contextId, status, artifacts, history }): Heard => ({
      kind: 'task',
      id,
      contextId,
      state: status.state,
      text: text(status.message),
      artifacts: artifacts.map(({ parts }) => parts),
      history: history.map(text),
    }))
  const StatusUpdate = z
    .looseObject({ taskId: z.string(), contextId: z.string(), status: Status })
    .transform(({ taskId: id, contextId, status: { state, message } }): Heard => ({
      kind: 'status',
      id,
      contextId,
      state,
      text: text(message),
    }))
  const ArtifactUpdate = z
    .looseObject({
      taskId: z.string(),
      contextId: z.string(),
      artifact: Artifact,
      append: z.boolean().default(false),
      lastChunk: z.boolean().default(false),
    })
    .transform(({ taskId: id, contextId, artifact: { parts }, append, lastChunk: last }): Heard => ({
      kind: 'artifact',
      id,
      contextId,
      parts,
      append,
      last,
    }))
  const AMessage = Message.transform(({ parts, taskId = '' }): Heard => ({ kind: 'message', taskId, parts }))
  return { Task, StatusUpdate, ArtifactUpdate, Message: AMessage }
}

const v10 = shapes(
  Part10,
  z.string().transform((state) => state.replace('TASK_STATE_', '').toLowerCase().replace('_', '-')),
)
const StreamResponse = z.union([
  z.looseObject({ task: v10.Task }).transform(({ task }) => task),
  z.looseObject({ message: v10.Message }).transform(({ message }) => message),
  z.looseObject({ statusUpdate: v10.StatusUpdate }).transform(({ statusUpdate }) => statusUpdate),
  z.looseObject({ artifactUpdate: v10.ArtifactUpdate }).transform(({ artifactUpdate }) => artifactUpdate),
])

/** Reads a StreamResponse of 1.0, as JSON. */
export const hearEvent = (json: unknown): Heard => StreamResponse.parse(json)
/** Reads a Task of 1.0, as JSON. */
export const hearTask = (json: unknown): Heard => v10.Task.parse(json)

const kinds = shapes(PartKind, z.string())
const readers = {
  task: kinds.Task,
  message: kinds.Message,
  'status-update': kinds.StatusUpdate,
  'artifact-update': kinds.ArtifactUpdate,
}
const Kind = z.looseObject({ kind: z.enum(['task', 'message', 'status-update', 'artifact-update']) })

/** Reads an object of 0.2 or 0.3. */
export const hearKind = (json: unknown): Heard => readers[Kind.parse(json).kind].parse(json)
