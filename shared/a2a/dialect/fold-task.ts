import { isJsonObject, type JsonObject } from './json-object.ts'
import { isTerminal } from './task-state.ts'

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const stateOf = (status: unknown): string | undefined =>
  isJsonObject(status) ? text(status['state']) : undefined

/** Adds metadata to metadata; absent where neither says anything. */
const merged = (before: unknown, after: unknown): JsonObject => {
  if (!isJsonObject(after)) return isJsonObject(before) ? { metadata: before } : {}
  return { metadata: isJsonObject(before) ? { ...before, ...after } : after }
}

const withMessage = (history: readonly JsonObject[], message: unknown): readonly JsonObject[] => {
  if (!isJsonObject(message)) return history
  const known = history.some(({ messageId }) => messageId === message['messageId'])
  return known ? history : [...history, message]
}

const foldStatus = (task: JsonObject, event: JsonObject): JsonObject => {
  const before = stateOf(task['status'])
  const status = event['status']
  // A terminal state is final: what an agent says after it changes nothing.
  if (isTerminal(before) && stateOf(status) !== before) return task
  const history = withMessage(list(task['history']), isJsonObject(status) ? status['message'] : undefined)
  return {
    ...task,
    status,
    ...(history.length > 0 ? { history } : {}),
    ...merged(task['metadata'], event['metadata']),
  }
}

const joined = (before: JsonObject, after: JsonObject): JsonObject => {
  const { metadata: _metadata, ...others } = after
  const said = Object.fromEntries(
    Object.entries(others).filter(([, value]) => value !== '' && value !== null),
  )
  const parts = [...list(before['parts']), ...list(after['parts'])]
  return { ...before, ...said, parts, ...merged(before['metadata'], after['metadata']) }
}

const foldArtifact = (task: JsonObject, event: JsonObject): JsonObject => {
  const { artifact } = event
  if (!isJsonObject(artifact)) return task
  const before = list(task['artifacts'])
  const isSame = (other: JsonObject): boolean => other['artifactId'] === artifact['artifactId']
  const appends = event['append'] === true
  const artifacts = before.some(isSame)
    ? before.map((other) => (isSame(other) ? (appends ? joined(other, artifact) : artifact) : other))
    : [...before, artifact]
  return { ...task, artifacts, ...merged(task['metadata'], event['metadata']) }
}

/** A snapshot replaces what it says; what it leaves out (a page of history, artifacts) is kept from before. */
const foldSnapshot = (before: JsonObject | undefined, task: JsonObject): JsonObject => {
  if (before === undefined) return task
  const history = list(task['history']).length > 0 ? {} : { history: before['history'] }
  const artifacts = list(task['artifacts']).length > 0 ? {} : { artifacts: before['artifacts'] }
  const kept = Object.fromEntries(
    Object.entries({ ...history, ...artifacts }).filter(([, value]) => value !== undefined),
  )
  return { ...task, ...kept, ...merged(before['metadata'], task['metadata']) }
}

const bare = (event: JsonObject): JsonObject => ({
  id: event['taskId'],
  ...(event['contextId'] === undefined ? {} : { contextId: event['contextId'] }),
  status: { state: 'TASK_STATE_UNSPECIFIED' },
})

/**
 * A task after an event (both of 1.0), as the server of an agent keeps it: the status is replaced and its message added to the
 * history, artifacts are added, replaced or appended to. A message changes nothing. The values given are not changed.
 */
export const foldTask = (task: JsonObject | undefined, event: JsonObject): JsonObject | undefined => {
  const { task: snapshot, statusUpdate, artifactUpdate } = event
  if (isJsonObject(snapshot)) return foldSnapshot(task, snapshot)
  if (isJsonObject(statusUpdate)) return foldStatus(task ?? bare(statusUpdate), statusUpdate)
  if (isJsonObject(artifactUpdate)) return foldArtifact(task ?? bare(artifactUpdate), artifactUpdate)
  return task
}
