/** The keys of the gateway under test. */
export const READER_KEY = 'reader-0123456789abcdef'
export const ADMIN_KEY = 'operator-0123456789abcdef'

/** The one origin whose pages may call it. */
export const ORIGIN = 'https://app.example'

export const bearer = (key: string): { authorization: string } => ({ authorization: `Bearer ${key}` })

export const reader = bearer(READER_KEY)
export const operator = bearer(ADMIN_KEY)
