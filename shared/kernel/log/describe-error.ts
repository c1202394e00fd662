/** What a log says of a thrown value. */
export type DescribedError = {
  name: string
  message: string
  code?: string | number
  status?: number
  stack?: string
  cause?: DescribedError
}

/** Causes followed, so that a circle of causes ends. */
const MAX_CAUSES = 4

const codeOf = (error: object): Pick<DescribedError, 'code' | 'status'> => {
  const code = 'code' in error ? error.code : undefined
  const status = 'statusCode' in error ? error.statusCode : undefined
  return {
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
  }
}

/** Name, message and code of a thrown value and its causes. */
export const describeError = (
  thrown: unknown,
  options: { withStack: boolean; depth?: number },
): DescribedError => {
  const { withStack, depth = 0 } = options
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown) }
  return {
    name: thrown.name,
    message: thrown.message,
    ...codeOf(thrown),
    ...(withStack && thrown.stack !== undefined ? { stack: thrown.stack } : {}),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES
      ? { cause: describeError(thrown.cause, { withStack, depth: depth + 1 }) }
      : {}),
  }
}
