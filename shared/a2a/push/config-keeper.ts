import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Seal } from '../../kernel/seal.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { type PushConfig, readPushConfig } from './push-config.ts'
import { MAX_PUSH_CONFIGS, type PushConfigStore, type PushTask } from './push-config-store.ts'

/** A config with its secrets. */
export type KeptConfig = { config: PushConfig; owner: string; version: A2aVersion }

/** Push configs, sealed on their way to the store. */
export type ConfigKeeper = {
  /** @throws A2aFailure INVALID_PARAMS when the task has as many configs as it may. */
  put(task: PushTask, kept: KeptConfig): Promise<void>
  get(task: PushTask, id: string): Promise<KeptConfig | undefined>
  /** In order of creation. */
  list(task: PushTask): Promise<KeptConfig[]>
  /** Nothing happens where there is none, or it is somebody else's. */
  remove(task: PushTask, id: string, owner: string): Promise<void>
}

/** A sealed config opens only in its own place: copied to another task it is worthless. */
const contextOf = ({ agentId, stream }: PushTask, id: string): string =>
  JSON.stringify(['push-config', agentId, stream, id])

export const createConfigKeeper = (options: {
  store: PushConfigStore
  seal: Seal
  clock: Clock
}): ConfigKeeper => {
  const { store, seal, clock } = options

  const unseal = (
    task: PushTask,
    { id, owner, version, sealed }: NonNullable<Awaited<ReturnType<PushConfigStore['get']>>>,
  ): KeptConfig => ({
    config: readPushConfig(JSON.parse(seal.open(sealed, contextOf(task, id)))),
    owner,
    version,
  })

  return {
    put: async (task, { config, owner, version }) => {
      const others = (await store.list(task)).filter(({ id }) => id !== config.id)
      if (others.length >= MAX_PUSH_CONFIGS) {
        throw a2aFailure(
          'INVALID_PARAMS',
          `The task has ${MAX_PUSH_CONFIGS} push notification configs, which is the most that a task may have. Delete one, or replace one by its id.`,
        )
      }
      const sealed = seal.seal(JSON.stringify(config), contextOf(task, config.id))
      await store.put(task, { id: config.id, owner, version, createdAt: clock.now(), sealed })
    },
    get: async (task, id) => {
      const stored = await store.get(task, id)
      return stored && unseal(task, stored)
    },
    list: async (task) => (await store.list(task)).map((stored) => unseal(task, stored)),
    remove: async (task, id, owner) => {
      if ((await store.get(task, id))?.owner === owner) await store.remove(task, id)
    },
  }
}
