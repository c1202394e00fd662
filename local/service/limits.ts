/** All local services listen here unless told otherwise. */
export const DEFAULT_HOST = '127.0.0.1'
