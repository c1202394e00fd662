import * as z from 'zod'
import type { A2aVersion, Said } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { ConfigKeeper } from './config-keeper.ts'
import { type PushConfig, readPushConfig, redactPushConfig } from './push-config.ts'

/** A task of a client: named by its agent, kept in a log, owned by a subject. Whoever asks has shown that it is theirs. */
export type ClientTask = { agentId: string; taskId: string; stream: string; owner: string }

/**
 * The push configs of clients, at the deployment where they were made. Params and results are JSON texts in the shape
 * of 1.0; every function throws A2aFailure PUSH_NOTIFICATION_NOT_SUPPORTED where the agent does not support them.
 */
export type PushConfigs = {
  /** @throws A2aFailure INVALID_PARAMS when the gateway may not call the config's address. */
  check(config: PushConfig): void
  /** Keeps a config that came with a send, before the agent is called: what it says first is delivered too. */
  keep(task: Omit<ClientTask, 'taskId'>, inline: { config: PushConfig; version: A2aVersion }): Promise<void>
  /**
   * Answers what was sent, with its id.
   * @param tellAgent has the agent call the gateway back; what it throws is thrown, and nothing is kept
   * @throws A2aFailure INVALID_PARAMS
   */
  create(
    task: ClientTask,
    request: { params: string; version: A2aVersion; tellAgent(): Promise<void> },
  ): Promise<Said>
  /** @throws A2aFailure TASK_NOT_FOUND when the task has no such config. */
  get(task: ClientTask, params: string): Promise<Said>
  list(task: ClientTask): Promise<Said>
  /** Answers `null`, also when there was none. */
  delete(task: ClientTask, params: string): Promise<Said>
}

const ConfigRef = z.object({ id: z.string().nullish() })
const Sent = z.looseObject({ id: z.string().nullish(), taskId: z.string().nullish() })

const say = (value: unknown): Said => ({ text: JSON.stringify(value) })

const notThere = (id: string, { taskId }: ClientTask): Error =>
  a2aFailure(
    'TASK_NOT_FOUND',
    `The task "${taskId}" has no push notification config "${id}". List the configs of the task to see those it has.`,
  )

const notSupported = (agentId: string): Error =>
  a2aFailure(
    'PUSH_NOTIFICATION_NOT_SUPPORTED',
    `The agent "${agentId}" does not send push notifications: its card does not say that it can. Stream the task, or ask for it with GetTask.`,
  )

/** The config that has the task's own id is kept as '', so that it can be made before the task has an id. */
const toKept = (id: string, { taskId }: ClientTask): string => (id === taskId ? '' : id)
const toShown = (id: string, { taskId }: ClientTask): string => (id === '' ? taskId : id)

const readRef = (params: string, task: ClientTask): { kept: string; shown: string } => {
  const ref = ConfigRef.safeParse(JSON.parse(params))
  if (!ref.success) throw a2aFailure('INVALID_PARAMS', 'The id of a push notification config must be a text.')
  const kept = toKept(ref.data.id ?? '', task)
  return { kept, shown: toShown(kept, task) }
}

/** Without an id, 0.3 takes the task's; in 1.0 every such config is another one. */
const idOf = (config: PushConfig, version: A2aVersion, createId: () => string): string =>
  config.id === '' && version === '1.0' ? createId() : config.id

export const createPushConfigs = (options: {
  keeper: ConfigKeeper
  /** What the agent's card says (`capabilities.pushNotifications`). */
  supportsPush(agentId: string): Promise<boolean>
  /** Why an address may not be called, as far as it can be told before it is. */
  refuses(url: URL): string | undefined
  createId(): string
}): PushConfigs => {
  const { keeper, supportsPush, refuses, createId } = options

  const requireSupport = async (agentId: string): Promise<void> => {
    if (!(await supportsPush(agentId))) throw notSupported(agentId)
  }

  const check: PushConfigs['check'] = ({ url }) => {
    const why = refuses(new URL(url))
    if (why !== undefined)
      throw a2aFailure('INVALID_PARAMS', `The gateway may not send notifications to this address: ${why}`)
  }

  return {
    check,
    keep: async ({ owner, agentId, stream }, { config, version }) => {
      const id = idOf(config, version, createId)
      await keeper.put({ agentId, stream }, { config: { ...config, id }, owner, version })
    },
    create: async (task, { params, version, tellAgent }) => {
      const sent: unknown = JSON.parse(params)
      const config = readPushConfig(sent)
      await requireSupport(task.agentId)
      check(config)
      await tellAgent()
      const id = toKept(idOf(config, version, createId), task)
      await keeper.put(task, { config: { ...config, id }, owner: task.owner, version })
      const { id: given, taskId, ...rest } = Sent.parse(sent)
      if (given && taskId) return { text: params }
      return say({ id: toShown(id, task), taskId: task.taskId, ...rest })
    },
    get: async (task, params) => {
      await requireSupport(task.agentId)
      const { kept, shown } = readRef(params, task)
      const found = await keeper.get(task, kept)
      if (found === undefined || found.owner !== task.owner) throw notThere(shown, task)
      return say(redactPushConfig(found.config, { id: shown, taskId: task.taskId }))
    },
    list: async (task) => {
      await requireSupport(task.agentId)
      const own = (await keeper.list(task)).filter(({ owner }) => owner === task.owner)
      const configs = own.map(({ config }) =>
        redactPushConfig(config, { id: toShown(config.id, task), taskId: task.taskId }),
      )
      return say({ configs })
    },
    delete: async (task, params) => {
      await requireSupport(task.agentId)
      await keeper.remove(task, readRef(params, task).kept, task.owner)
      return say(null)
    },
  }
}
