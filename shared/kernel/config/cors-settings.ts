import * as z from 'zod'

/** `cors.*`: which pages of other origins may call the gateway from a browser. */
export const CorsSettings = z
  .strictObject({
    enabled: z.boolean().default(false),
    /** Origins ("https://app.example"), or "*" for any. */
    allow_origins: z.array(z.string().min(1)).default(['*']),
    allow_methods: z
      .array(z.string().min(1))
      .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    allow_headers: z
      .array(z.string().min(1))
      .default([
        'Authorization',
        'Content-Type',
        'Last-Event-ID',
        'X-Correlation-Id',
        'traceparent',
        'A2A-Version',
        'A2A-Extensions',
        'X-A2A-Extensions',
        'X-Agent-Authorization',
        'X-From-Agent',
        'Idempotency-Key',
      ]),
    /** Lets browsers send cookies; needs a list of origins, "*" is refused. */
    allow_credentials: z.boolean().default(false),
    /** Seconds that a browser may remember a preflight answer. */
    max_age: z.int().min(0).default(3600),
  })
  .refine((cors) => !(cors.allow_credentials && cors.allow_origins.includes('*')), {
    path: ['allow_credentials'],
    error:
      'credentials cannot be allowed to the origin "*": every website could act for its visitors; list the origins in cors.allow_origins',
  })
