import type { AppState, HookName } from './core-api.ts'

/** Runs the hooks of one kind in the order of their registration; the first that throws ends it. */
export const runHooks = async (state: AppState, name: HookName, context: object): Promise<void> => {
  for (const callback of state.hooks[name]) await callback(context)
}
