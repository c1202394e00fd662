import type { SendableSettings } from './config/settings.ts'
import { MAX_MESSAGE_BYTES, MAX_PREMIUM_MESSAGE_BYTES } from './entities/limits.ts'

export type Tier = 'standard' | 'premium'

/** Largest message, in bytes, that an entity takes. */
export const maxMessageBytes = (tier: Tier, settings: SendableSettings): number => {
  if (tier === 'standard' || settings.maxMessageSizeInKilobytes === undefined) return MAX_MESSAGE_BYTES[tier]
  return Math.min(settings.maxMessageSizeInKilobytes * 1024, MAX_PREMIUM_MESSAGE_BYTES)
}
