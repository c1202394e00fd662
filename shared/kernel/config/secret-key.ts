import { notConfigured } from '../errors.ts'
import type { Problem } from './problem.ts'

const NAME = 'AGENT_GATEWAY_SECRET_KEY'
const PREVIOUS = 'AGENT_GATEWAY_SECRET_KEY_PREVIOUS'

/** A shorter secret could be found by trying. */
const MIN_CHARACTERS = 32

const REMEDY = `Set ${NAME} to at least ${MIN_CHARACTERS} random characters, the same for every instance (for instance: openssl rand -base64 48).`

/** Known to everyone, so it protects nothing; the same in every process, so that they accept each other's tickets. */
const DEVELOPMENT_SECRET = 'agent-gateway development secret, protects nothing'

export type SecretKey = { read: () => string; isForDevelopment: boolean; problems: Problem[] }

const isTooShort = (key: string): boolean => key.length < MIN_CHARACTERS

/** Earlier secrets of the deployment, separated by commas: what was sealed under them still opens. */
export const readPreviousKeys = (value: string | undefined): { keys: string[]; problems: Problem[] } => {
  const keys = (value ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
  const problem = {
    setting: PREVIOUS,
    message: `${PREVIOUS} has a key of fewer than ${MIN_CHARACTERS} characters, which is ignored.`,
    remedy: `Write whole keys, as they stood in ${NAME}, with commas between them; then restart.`,
  }
  return { keys: keys.filter((key) => !isTooShort(key)), problems: keys.some(isTooShort) ? [problem] : [] }
}

/** The secret of the deployment, or what is wrong with it; on a development machine a fixed one stands in. */
export const resolveSecretKey = (value: string | undefined, isDevelopment: boolean): SecretKey => {
  if (value !== undefined && value.length >= MIN_CHARACTERS)
    return { read: () => value, isForDevelopment: false, problems: [] }
  if (!value && isDevelopment) return { read: () => DEVELOPMENT_SECRET, isForDevelopment: true, problems: [] }
  const message = value
    ? `${NAME} has fewer than ${MIN_CHARACTERS} characters and could be guessed.`
    : `${NAME} is not set.`
  return {
    read: () => {
      throw notConfigured(NAME, `${message} ${REMEDY}`)
    },
    isForDevelopment: false,
    problems: [{ setting: NAME, message, remedy: REMEDY }],
  }
}
