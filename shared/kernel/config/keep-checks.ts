import type { Locate } from './check-settings.ts'
import type { Problem } from './problem.ts'
import type { Settings } from './settings.ts'

/** Without them anybody could speak for any agent. */
const CHECKS = ['verify_signatures', 'validate_dids'] as const

/** Switches the checks of connected agents on again, except on a development machine. */
export const keepChecks = (
  settings: Settings,
  { isDevelopment, locate }: { isDevelopment: boolean; locate: Locate },
): { settings: Settings; problems: Problem[] } => {
  const { signaling } = settings
  const missing = isDevelopment ? [] : CHECKS.filter((check) => !signaling[check])
  const problems = missing.map((check) => ({
    setting: `signaling.${check}`,
    message: `${locate(['signaling', check])}: signaling.${check} can be switched off on a development machine only. It stays on.`,
    remedy: `Remove signaling.${check}, or set it to true.`,
  }))
  const kept = { ...signaling, ...Object.fromEntries(missing.map((check) => [check, true])) }
  return { settings: { ...settings, signaling: kept }, problems }
}
