import * as z from 'zod'

/** It is part of the name of a subscription, `proxy-{id}`, which has at most 50 characters (Service Bus quotas). */
const MAX_PROXY_ID_CHARACTERS = 44

/** The name of a deployment. */
export const ProxyId = z
  .string()
  .max(MAX_PROXY_ID_CHARACTERS, `must have at most ${MAX_PROXY_ID_CHARACTERS} characters`)
  .regex(
    /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/,
    'must be letters, digits and - . _, with a letter or a digit at both ends',
  )
